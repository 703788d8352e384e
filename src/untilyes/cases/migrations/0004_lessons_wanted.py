from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_the_desk_and_what_belongs_together")]
    operations = [
        migrations.AddField(
            model_name="casepolicy",
            name="lessons_wanted",
            field=models.BooleanField(
                default=False, help_text="Before a proposal, say what the case taught: an article, or why nothing."
            ),
        ),
    ]
