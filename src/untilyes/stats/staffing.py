"""How many people must answer so that few wait: Erlang C, and Erlang A when callers give up.

Both take calls to come at random at an even rate within the interval, and anybody to answer any call. Erlang C lets
callers wait for ever and so asks for too many people when they do not; Erlang A needs to know their patience.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import integrate, special

from untilyes.stats import checks
from untilyes.stats.told import Told, paragraph, say

_MOST_AGENTS = 100_000


@dataclass(frozen=True, slots=True)
class Staffing(Told):
    """What happens with so many agents. Times in seconds, shares 0..1.

    `wait` is the share that waits at all, `within` the share answered within `target`, `average_wait` over all callers
    (infinite when the queue grows without end), `busy` the part of paid time spent on calls, `abandoned` the share that
    gives up (0 under Erlang C). `rostered` are the people to roster when a part of them is absent.
    """

    agents: int
    rostered: int
    load: float
    wait: float
    within: float
    average_wait: float
    busy: float
    abandoned: float
    target: float
    method: str

    def sentence(self, locale: str = "en") -> str:
        """People, and what callers get."""
        if not math.isfinite(self.average_wait):
            return say("staffing.overloaded", locale, agents=self.agents)
        facts = {"within_share": self.within, "wait_share": self.wait, "busy_share": self.busy, "target": self.target}
        plan = say("staffing.plan", locale, agents=self.agents, rostered=self.rostered, **facts)
        leaving = [say("staffing.leaving", locale, abandon_share=self.abandoned)] if self.abandoned else []
        return paragraph([plan, *leaving], locale)


def erlang_b(agents: int, load: float) -> float:
    """The share turned away when nobody can wait: ``B_n = a B_{n−1} / (n + a B_{n−1})``, load a in Erlang.

    >>> round(erlang_b(10, 7), 4)
    0.0787
    """
    checks.counts([agents, load], "agents and load")
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(agents: int, load: float) -> float:
    """The share that waits when all are patient: ``C = n B / (n − a (1 − B))``; 1 when the load is not below n.

    >>> round(erlang_c(14, 10), 6)
    0.174132
    """
    if load >= agents:
        return 1.0 if load > 0 else 0.0
    blocked = erlang_b(agents, load)
    return agents * blocked / (agents - load * (1 - blocked))


def assess_staffing(
    agents: int, *, calls: float, per: float = 3600.0, handling: float, target: float = 20.0,
    patience: float | None = None, absent: float = 0.0,
) -> Staffing:  # fmt: skip
    """What callers get from so many agents, when `calls` come in `per` seconds and take `handling` seconds each.

    Load ``a = calls · handling / per``. Without `patience` Erlang C: ``within = 1 − C e^{−(n−a) target/handling}``,
    ``average_wait = C · handling / (n − a)``. With `patience` (mean seconds until a caller gives up) Erlang A: callers
    answered within `target`, of all. `absent` is the part of rostered time not at the desk (breaks, training, illness).
    Erlang (1917); Garnett, Mandelbaum & Reiman (2002), M&SOM 4; Mandelbaum & Zeltyn (2007).

    >>> result = assess_staffing(14, calls=100, per=1800, handling=180, absent=0.3)
    >>> print(result)
    14 agents (20 on the roster): 89 % are answered in 20 s, 17 % wait, busy 71 % of the time
    >>> round(result.average_wait, 2)
    7.84
    """
    if agents < 1 or agents != int(agents):
        raise ValueError(f"agents must be a whole number of at least 1, not {agents!r}.")
    for x, name in ((calls, "calls"), (target, "target")):
        checks.counts(x, name)
    for x, name in ((per, "per"), (handling, "handling"), (math.inf if patience is None else patience, "patience")):
        if not x > 0:
            raise ValueError(f"{name} must be above 0 seconds, not {x!r}.")
    if not 0 <= absent < 1:
        raise ValueError(f"absent is a share below 1, not {absent!r}; 30 % is 0.3.")
    rostered = math.ceil(agents / (1 - absent) - 1e-9)
    load = calls * handling / per
    if patience is not None:
        return _erlang_a(int(agents), rostered, load, handling, target, patience)
    waiting = erlang_c(int(agents), load)
    spare = agents - load
    if spare <= 0:
        return Staffing(int(agents), rostered, load, 1.0, 0.0, math.inf, 1.0, 0.0, target, "Erlang C")
    within = 1 - waiting * math.exp(-spare * target / handling)
    average = waiting * handling / spare
    return Staffing(int(agents), rostered, load, waiting, within, average, load / agents, 0.0, target, "Erlang C")


def _erlang_a(agents: int, rostered: int, load: float, handling: float, target: float, patience: float) -> Staffing:
    """By the density ``a π_{n−1} exp(a/θ (1 − e^{−θt}) − n t)`` of the offered wait t > 0, in handling times."""
    if load == 0:
        return Staffing(agents, rostered, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, target, "Erlang A")
    leave = handling / patience
    peak = max(math.log(load / agents) / leave, 0.0) if load > agents else 0.0

    def exponent(t: float) -> float:
        return load / leave * -math.expm1(-leave * t) - agents * t

    top = exponent(peak)
    reach = peak + 1 / agents
    while exponent(reach) > top - 50:
        reach = peak + 1.5 * (reach - peak)

    def total(weight: float, start: float, stop: float) -> float:
        """The integral of the density times e^{−weight·t}, cut where it may be narrow."""
        cuts = [peak + (reach - peak) / 2**power for power in range(1, 8)]
        inner = sorted(t for t in (peak, *cuts) if start < t < stop)
        edges = [start, *inner, stop] if stop > start else []
        return sum(
            float(integrate.quad(lambda t: math.exp(exponent(t) - top - weight * t), left, right)[0])
            for left, right in pairwise(edges)
        )

    idle = 1 / erlang_b(agents - 1, load) if agents > 1 else 1.0
    queue = load * total(0.0, 0.0, reach)
    mass = idle * math.exp(-top) + queue
    limit = min(target / handling, reach)
    waits = queue / mass
    served_late = load * (total(leave, 0.0, reach) - total(leave, 0.0, limit)) / mass
    answered = 1 - waits + load * total(leave, 0.0, reach) / mass
    abandoned = max(1 - answered, 0.0)
    average = abandoned * patience
    busy = load * answered / agents
    return Staffing(agents, rostered, load, waits, answered - served_late, average, busy, abandoned, target, "Erlang A")


def plan_staffing(
    *, calls: float, per: float = 3600.0, handling: float, target: float = 20.0, share: float = 0.8,
    patience: float | None = None, absent: float = 0.0, busiest: float = 1.0,
) -> Staffing:  # fmt: skip
    """The fewest agents who answer `share` of callers within `target` seconds, none of them busier than `busiest`.

    Searches upwards from the load; see `assess_staffing`. No calls still need one person to be there.

    >>> plan_staffing(calls=100, per=1800, handling=180, absent=0.3).agents
    14
    >>> plan_staffing(calls=1000, handling=120, busiest=0.85, absent=0.3).rostered
    58
    """
    checks.between(share, 0, 1, "share")
    checks.between(busiest, 0, 1 + 1e-9, "busiest")
    load = float(checks.counts(calls, "calls")) * handling / per
    start = max(1, math.floor(load * (0.5 if patience is not None else 1)))
    for agents in range(start, _MOST_AGENTS):
        plan = assess_staffing(
            agents, calls=calls, per=per, handling=handling, target=target, patience=patience, absent=absent
        )
        if plan.within >= share and plan.busy <= busiest:
            return plan
    raise ValueError(f"not even {_MOST_AGENTS:,} agents suffice; check the units: seconds everywhere.")


def spread_of_calls(calls: float, *, level: float = 0.95) -> tuple[float, float]:
    """How many calls an interval with this mean may bring: exact Poisson quantiles, for a plan with some doubt in it.

    >>> spread_of_calls(100)
    (81.0, 120.0)
    """
    mean = float(checks.counts(calls, "calls"))
    tails = (1 - checks.level(level)) / 2, (1 + level) / 2
    reach = np.arange(math.ceil(mean + 40 * math.sqrt(mean + 1)) + 1)
    cumulative = special.pdtr(reach, mean)
    low, high = (float(reach[int(np.searchsorted(cumulative, tail))]) for tail in tails)
    return low, high
