"""What a customer's traits say under one name, whatever signs stand in the name."""

import ibis.expr.types as ir


def read_trait(customers: ir.Table, name: str) -> ir.StringValue:
    """The value as JSON writes it ("monthly" in its quotes, 12 without), null where the trait is not known.

    The name is quoted, because a name with a dot (`contract.kind`) would else be read as a path into the JSON.
    """
    inside = name.replace("\\", "\\\\").replace('"', '\\"')
    told: ir.StringValue = customers["traits"].cast("json")[f'"{inside}"'].cast("string")
    return told
