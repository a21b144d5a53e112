"""Whole numbers, lots first in first out, and loans: what the story model counts with.

Amounts are integers at the scale of their commodity (cents, sats, micro-USDT); a share of one is a
Fraction until it is rounded, once, half to even.
"""
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

SCALE = {"BTC": 8, "USDT": 6, "USD": 2}


def half_even(x):
    """The integer nearest to x, a tie going to the even one: the only rounding in the model."""
    x = Fraction(x)
    low, rest = divmod(x.numerator, x.denominator)
    twice = 2 * rest
    return low + (twice > x.denominator or (twice == x.denominator and low % 2))


def whole(text, scale):
    """A decimal string as an integer at the scale; a finer one is refused."""
    value = Fraction(text) * 10**scale
    if value.denominator != 1:
        raise ValueError(f"{text} is finer than {scale} decimals")
    return value.numerator


def shown(n, scale=2):
    sign, digits = "-" if n < 0 else "", str(abs(n)).rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}"


def cents(text):
    return whole(text, 2)


def when(effective):
    """(day, moment): a bare date comes after every time of its day. The stories keep UTC."""
    if "T" not in effective:
        return date.fromisoformat(effective), (1, "")
    moment = datetime.fromisoformat(effective.replace("Z", "+00:00")).astimezone(timezone.utc)
    return moment.date(), (0, moment.time().isoformat("microseconds"))


class Lot:
    """Coins that came together. `own` is its carrying until a mark puts it into the marked group."""

    def __init__(self, born, acquired, units, cost, own):
        self.born, self.acquired, self.units, self.cost, self.own = born, acquired, units, cost, own


class Position:
    """The lots of one commodity on one account at one place, first in first out.

    Lots held at the last mark share one carrying amount; what has arrived since carries its own.
    """

    def __init__(self):
        self.lots, self.marked_carrying, self.marked_units = [], 0, 0

    @property
    def units(self):
        return sum(lot.units for lot in self.lots)

    @property
    def carrying(self):
        return self.marked_carrying + sum(lot.own for lot in self.lots if lot.own is not None)

    def add(self, lot):
        self.lots.append(lot)
        self.lots.sort(key=lambda lot: (lot.acquired, lot.born))

    def mark(self, price, scale):
        """The change in carrying amount when all of it goes to round(units x price)."""
        before = self.carrying
        self.marked_units = self.units
        self.marked_carrying = half_even(price * self.marked_units * 100 / 10**scale)
        for lot in self.lots:
            lot.own = None
        return self.marked_carrying - before

    def take(self, units):
        """Removes units, oldest first; returns the pieces as lots that carry their own amount."""
        if units > self.units:
            raise ValueError(f"{units} wanted, {self.units} held")
        pieces, from_marked = [], 0
        share = lambda n: half_even(Fraction(self.marked_carrying * n, self.marked_units))
        for lot in self.lots:
            u = min(units, lot.units)
            if u == 0:
                break
            cost = half_even(Fraction(lot.cost * u, lot.units))
            if lot.own is None:  # one rounding for all marked units together, spread over the pieces
                own = share(from_marked + u) - share(from_marked)
                from_marked += u
            else:
                own = half_even(Fraction(lot.own * u, lot.units))
                lot.own -= own
            pieces.append(Lot(lot.born, lot.acquired, u, cost, own))
            lot.units, lot.cost, units = lot.units - u, lot.cost - cost, units - u
        if from_marked:
            self.marked_carrying -= share(from_marked)
            self.marked_units -= from_marked
        self.lots = [lot for lot in self.lots if lot.units]
        return pieces


class Facility(dict):
    """Terms as opened, and what is owed. Interest is exact to date and rounded once."""

    def __init__(self, event):
        super().__init__(event)
        self.principal = self.unpaid = self.accrued_total = self.unamortised = 0
        self.undrawn = cents(event["limit"]["amount"])
        self.changes = []  # (first day on which it bears or no longer bears, cents)
        self.collateral = defaultdict(int)
        self.term = event.get("kind") == "term"  # repaid capacity is gone, else it comes back
        self.retired, self.called = False, False

    def change(self, day, amount):
        if amount > 0:
            first = day if self["count_first_day"] else day + timedelta(1)
        else:
            first = day + timedelta(1) if self["count_last_day"] else day
        self.principal += amount
        self.changes.append((first, amount))

    def interest_to(self, through):
        """round(sum over days of principal x rate x that day's part of a year), `through` included."""
        convention, rate, total = self["day_count"], Fraction(self["rate"]["fixed"]), Fraction(0)
        thirty = lambda d: 360 * d.year + 30 * d.month + min(d.day, 30)
        day = min((first for first, _ in self.changes), default=through)
        while day <= through:
            owed = sum(amount for first, amount in self.changes if first <= day)
            if convention == "act/act":
                part = Fraction(1, (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days)
            elif convention == "30/360":
                part = Fraction(thirty(day) - thirty(day - timedelta(1)), 360)
            else:
                part = Fraction(1, {"act/360": 360, "act/365": 365}[convention])
            total += owed * rate * part
            day += timedelta(1)
        return half_even(total)
