"""What a trial says, in sentences. Pure: no Django."""

from untilyes.cases.trials.summing import FLOOR, Tried


def tell_tried(tried: Tried) -> str:
    """What would have been kept, of how many, and what could not be judged."""
    n = round(tried.kept.n)
    if n < FLOOR:
        return f"Only {n} such promises would have come due in this history; {FLOOR} are needed to say anything."
    first = f"{tried.since:%-d %b %Y}" if tried.since else ""
    told = (
        f"Given since {first} in {tried.matters:,} matters, it would have been kept in {tried.kept}, "
        f"and done by its target in {tried.on_target}."
    )
    return " ".join(part for part in (told, _tell_undecided(tried)) if part)


def _tell_undecided(tried: Tried) -> str:
    left = [(tried.undecided, "neither done nor due when the history ends"), (tried.void, "over before it was due")]
    told = " and ".join(f"{count:,} {'was' if count == 1 else 'were'} {why}" for count, why in left if count)
    return f"{told}, which counts nowhere." if told else ""
