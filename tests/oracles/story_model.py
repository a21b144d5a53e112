#!/usr/bin/env python3
"""A second opinion on the stories: what the books must say after the last entry.

Reads a story (one entry a line) and prints each book's trial balance, lots, realised gains, and the
facilities and money that the books share. It has nothing in common with the program but the written
rules, so that two mistakes would have to agree. Amounts are integers, prices and rates are Fractions;
no float touches anything. What is not modelled is refused, never ignored.

    story_model.py STORY [--as-of 2026-02-28] [--after 15]

`--as-of` takes what is effective by the end of that day, `--after` the first N entries recorded.
"""
import argparse
import json
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

from story_parts import SCALE, Facility, Lot, Position, cents, half_even, shown, when, whole

USD = "USD"
RANK = {"interest_accrued": 1, "fair_value_marked": 2}  # everything else is a fact: 0


class Book:
    """One set of accounts over the shared facts. A `cost` book ignores marks; its pledges are no disposal."""

    def __init__(self, name, policy):
        self.name, self.at_cost = name, policy.get("measurement") == "cost"
        self.balances = defaultdict(int)  # debit minus credit, in cents
        self.positions = defaultdict(Position)  # (commodity, account, place)
        self.realised = {}  # transaction or entry -> units, proceeds, cost

    def post(self, *lines):
        if sum(amount for _, amount in lines):
            raise ValueError(f"{self.name}: debits and credits differ: {lines}")
        for account, amount in lines:
            self.balances[account] += amount

    def passed(self, facility):
        return facility["control"] == "passed" and not self.at_cost

    def facility_account(self, facility):
        return "1240" if self.passed(facility) else "1220"


class World:
    """The books, and what they share: money, facilities, commitments, prices."""

    def __init__(self):
        self.books, self.facilities, self.wallets, self.commitments = {}, {}, {}, {}
        self.prices = {}  # commodity -> (moment, price)
        self.entry = self.number = self.index = self.day = None
        self.facts_taken = False  # an opening's money and facilities, stated once per book, count once

    # --- helpers ---

    def apply(self, number, entry):
        self.number, self.entry, self.day = number, entry, when(entry["effective"])[0]
        for self.index, event in enumerate(entry["events"]):
            getattr(self, event["type"], self.unknown)(event)

    def unknown(self, event):
        raise ValueError(f"entry {self.number}: {event['type']} is not modelled")

    def post(self, *lines):
        for book in self.books.values():
            book.post(*lines)

    def price(self, commodity):
        if commodity not in self.prices:
            raise ValueError(f"entry {self.number}: no price of {commodity} yet")
        return self.prices[commodity][1]

    def see_price(self, commodity, moment, price):
        if commodity not in self.prices or moment >= self.prices[commodity][0]:
            self.prices[commodity] = (moment, Fraction(price))

    def worth(self, money):
        """Dollars, in cents, of an amount of money: USDT at its observed price."""
        amount, currency = Fraction(money["amount"]), money["currency"]
        return cents(money["amount"]) if currency == USD else half_even(amount * self.price(currency) * 100)

    def coin_value(self, units, commodity, price):
        return half_even(Fraction(units, 10 ** SCALE[commodity]) * Fraction(price) * 100)

    def receive(self, place, money):
        """Money into a wallet: its account and what it is worth."""
        wallet, value = self.wallets[place["wallet"]], self.worth(money)
        assert wallet["currency"] == money["currency"]
        wallet["units"] += whole(money["amount"], SCALE[money["currency"]])
        wallet["carrying"] += value
        return wallet["account"], value

    def pay(self, place, money):
        """Money out of a wallet: its account and the carrying that leaves. One USDT settles one dollar."""
        wallet = self.wallets[place["wallet"]]
        units = whole(money["amount"], SCALE[wallet["currency"]])
        if units > wallet["units"]:
            raise ValueError(f"entry {self.number}: {place['wallet']} is overdrawn")
        gone = half_even(Fraction(wallet["carrying"] * units, wallet["units"])) if units else 0
        wallet["units"] -= units
        wallet["carrying"] -= gone
        return wallet["account"], gone

    def where(self, book, place):
        """(account, place) at which a book keeps coins."""
        if "facility" in place:
            return book.facility_account(self.facilities[place["facility"]]), f"facility {place['facility']}"
        return self.wallets[place["wallet"]]["account"], f"wallet {place['wallet']}"

    def position(self, book, commodity, place):
        return book.positions[(commodity, *self.where(book, place))]

    def born(self, extra=0):
        return self.number, self.index, extra

    # --- declarations, openings, prices ---

    def ledger_opened(self, e):
        for b in e["books"]:
            self.books[b["book"]] = Book(b["book"], b.get("policy", {}))

    def commodity_declared(self, e):
        SCALE[e["code"]] = e["scale"]

    def party_registered(self, e):
        pass

    def wallet_opened(self, e):
        if "commodity" in e:
            account = "1211" if e.get("designation") == "strategic" else "1210"
        else:
            account = "1010" if e["currency"] == USD else "1110"
        self.wallets[e["wallet"]] = {"currency": e.get("currency"), "account": account, "units": 0, "carrying": 0}

    def opening_recorded(self, e):
        for book in [self.books[e["book"]]] if "book" in e else self.books.values():
            before, lines, sides = dict(self.collateral_units()), [], defaultdict(int)
            for i, l in enumerate(e.get("lots", [])):
                units, cost = whole(l["units"], SCALE[l["commodity"]]), cents(l["cost"])
                own = cost if book.at_cost else cents(l.get("carrying", l["cost"]))
                lot = Lot(self.born(i), date.fromisoformat(l["acquired"]), units, cost, own)
                self.position(book, l["commodity"], l["place"]).add(lot)
                lines.append((self.where(book, l["place"])[0], own))
                if "facility" in l["place"]:
                    sides[l["place"]["facility"], l["commodity"]] += units
            for b in e.get("balances", []):
                amount = cents(b["debit"]) if "debit" in b else -cents(b["credit"])
                lines.append((b["account"], amount))
                if "wallet" in b and not self.facts_taken:
                    wallet = self.wallets[b["wallet"]]
                    wallet["units"] += whole(b.get("units", b.get("debit")), SCALE[wallet["currency"]])
                    wallet["carrying"] += amount
            for f in e.get("facilities", []):
                facility, principal = self.facilities[f["facility"]], cents(f["principal"]["amount"])
                accrued = cents(f["accrued"]["amount"])
                unamortised = cents(f["unamortised_cost"]["amount"]) if "unamortised_cost" in f else 0
                lines += [("2310", -principal), ("2320", -accrued), ("2319", unamortised)]
                book.post(("9019", principal), ("9010", -principal))
                if not self.facts_taken:
                    facility.principal, facility.unpaid, facility.unamortised = principal, accrued, unamortised
                    facility.undrawn -= principal
                    facility.changes.append((date.fromisoformat(f["accrued_through"]) + timedelta(1), principal))
            if not self.facts_taken:
                for (name, commodity), units in sides.items():
                    self.facilities[name].collateral[commodity] += units
            elif any(before.get(k) != v for k, v in sides.items()):
                raise ValueError(f"{book.name}: openings disagree on coins with the lender")
            book.post(*lines, ("3900", -cents(e.get("equity_not_analysed", "0"))))
            self.facts_taken = True

    def collateral_units(self):
        return {(n, c): u for n, f in self.facilities.items() for c, u in f.collateral.items()}

    def price_observed(self, e):
        if e["currency"] != USD or "supersedes" in e:
            self.unknown(e)
        self.see_price(e["commodity"], when(e["at"]), e["price"])

    def fair_value_marked(self, e):
        if "price" in e:
            self.see_price(e["commodity"], when(self.entry["effective"]), e["price"])
        price = Fraction(e["price"]) if "price" in e else self.price(e["commodity"])
        for book in self.books.values():
            for (commodity, account, _), position in book.positions.items():
                if commodity == e["commodity"] and not book.at_cost:
                    change = position.mark(price, SCALE[commodity])
                    book.post((account, change), ("4520" if account == "1240" else "4510", -change))

    def journal_recorded(self, e):
        lines = [(l["account"], cents(l["debit"]) if "debit" in l else -cents(l["credit"])) for l in e["lines"]]
        for l, (_, amount) in zip(e["lines"], lines):
            if "wallet" in l:
                self.wallets[l["wallet"]]["units"] += amount
                self.wallets[l["wallet"]]["carrying"] += amount
        for book in [self.books[e["book"]]] if "book" in e else self.books.values():
            book.post(*lines)

    # --- coins ---

    def coins_mined(self, e):
        units, place = whole(e["units"], SCALE["BTC"]), {"wallet": e["wallet"]}
        value = self.worth(e["value"]) if "value" in e else self.coin_value(units, "BTC", e["price"])
        for book in self.books.values():
            self.position(book, "BTC", place).add(Lot(self.born(), self.day, units, value, value))
            book.post((self.where(book, place)[0], value), ("4010", -value))

    def coins_bought(self, e):
        units = whole(e["units"], SCALE[e["commodity"]])
        money, paid = self.pay(e["from"], e["paid"])
        fee = self.pay(e["from"], e["fee"])[1] if "fee" in e else 0
        for book in self.books.values():
            self.position(book, e["commodity"], e["to"]).add(Lot(self.born(), self.day, units, paid + fee, paid + fee))
            book.post((self.where(book, e["to"])[0], paid + fee), (money, -paid - fee))

    def coins_sold(self, e):
        units = whole(e["units"], SCALE[e["commodity"]])
        money, proceeds = self.receive(e["to"], e["proceeds"])
        if "facility" in e["from"]:
            self.facilities[e["from"]["facility"]].collateral[e["commodity"]] -= units
        for book in self.books.values():
            account = self.where(book, e["from"])[0]
            pieces = self.position(book, e["commodity"], e["from"]).take(units)
            carrying, cost = sum(p.own for p in pieces), sum(p.cost for p in pieces)
            gain = "4520" if account == "1240" else "4510"
            book.post((money, proceeds), (account, -carrying), (gain, carrying - proceeds))
            total = book.realised.setdefault(self.entry.get("transaction", f"entry {self.number}"), [0, 0, 0])
            for i, amount in enumerate((units, proceeds, cost)):
                total[i] += amount
        if "fee" in e:
            money, fee = self.pay(e["to"], e["fee"])
            self.post(("6510", fee), (money, -fee))

    def carry_over(self, book, commodity, pieces, to):
        """Pieces of lots arrive elsewhere with their date, cost and carrying."""
        for piece in pieces:
            self.position(book, commodity, to).add(piece)
        return self.where(book, to)[0], sum(p.own for p in pieces)

    def coins_moved(self, e):
        if e.keys() & {"network_fee_units", "arrives", "lots"}:
            self.unknown(e)
        for book in self.books.values():
            pieces = self.position(book, e["commodity"], e["from"]).take(whole(e["units"], SCALE[e["commodity"]]))
            account, carrying = self.carry_over(book, e["commodity"], pieces, e["to"])
            book.post((account, carrying), (self.where(book, e["from"])[0], -carrying))

    # --- collateral ---

    def collateral_posted(self, e):
        self.hand_over(e, e["from"], {"facility": e["facility"]}, +1)

    def collateral_released(self, e):
        self.hand_over(e, {"facility": e["facility"]}, e["to"], -1)

    def hand_over(self, e, frm, to, sign):
        """Kept (or a cost book): the lots move. Passed: out at carrying, in at fair value as a new lot."""
        facility, commodity = self.facilities[e["facility"]], e["commodity"]
        units = whole(e["units"], SCALE[commodity])
        facility.collateral[commodity] += sign * units
        for book in self.books.values():
            pieces = self.position(book, commodity, frm).take(units)
            carrying = sum(p.own for p in pieces)
            if book.passed(facility):
                value = self.coin_value(units, commodity, e.get("price") or self.price(commodity))
                pieces = [Lot(self.born(), self.day, units, value, value)]
            account, arrived = self.carry_over(book, commodity, pieces, to)
            gain = "4510" if sign > 0 else "4520"
            book.post((account, arrived), (self.where(book, frm)[0], -carrying), (gain, carrying - arrived))

    def margin_called(self, e):
        self.facilities[e["facility"]].called = True

    def margin_call_met(self, e):
        self.facilities[e["facility"]].called = False

    # --- money ---

    CATEGORY = {"equity": ("3020", "3020"), "supplier": ("2010", "2010"), "tax": ("2620", "2620"), "other": ("4900", "6010")}

    def cash_received(self, e):
        money, value = self.receive({"wallet": e["wallet"]}, e["amount"])
        self.post((money, value), (self.CATEGORY[e["category"]][0], -value))

    def cash_paid(self, e):
        money, value = self.pay({"wallet": e["wallet"]}, e["amount"])
        self.post((self.CATEGORY[e["category"]][1], value), (money, -value))

    def currency_converted(self, e):
        out, gone = self.pay(e["from"], e["given"])
        into, got = self.receive(e["to"], e["got"])
        self.post((into, got), (out, -gone), ("4550", gone - got))
        if "fee" in e:
            self.unknown(e)

    def shares_issued(self, e):
        proceeds = e.get("proceeds") or {"amount": shown(half_even(Fraction(e["shares"]) * Fraction(e["price"]) * 100)), "currency": USD}
        if e.keys() & {"costs", "par"}:
            self.unknown(e)
        money, value = self.receive(e["to"], proceeds)
        self.post((money, value), ("3020", -value))

    def operating_cost_recorded(self, e):
        account = {"power": "5010", "hosting": "5020", "ai": "5110", "general": "6010"}[e["category"]]
        if e["settles"] == "cash":
            other, value = self.pay(e["from"], e["amount"])
        else:
            other, value = {"payable": "2010", "accrual": "2020"}[e["settles"]], self.worth(e["amount"])
        self.post((account, value), (other, -value))

    def capex_committed(self, e):
        amount = self.commitments[e["commitment"]] = self.worth(e["amount"])
        self.post(("9110", amount), ("9119", -amount))

    def deposit_paid(self, e):
        money, value = self.pay(e["from"], e["amount"])
        self.commitments[e["commitment"]] -= value
        self.post(("1530", value), (money, -value))
        self.post(("9119", value), ("9110", -value))

    # --- loans, in dollars ---

    def facility_opened(self, e):
        if e["currency"] != USD or e.keys() & {"upfront_fee", "unused_fee"} or e.get("compounding", "none") != "none":
            self.unknown(e)
        facility = self.facilities[e["facility"]] = Facility(e)
        self.post(("9010", facility.undrawn), ("9019", -facility.undrawn))

    def loan_drawn(self, e):
        facility, amount = self.facilities[e["facility"]], cents(e["amount"]["amount"])
        fee = cents(e["fee"]["amount"]) if "fee" in e else 0
        if amount > facility.undrawn:
            raise ValueError(f"entry {self.number}: the limit is exceeded")
        money, value = self.receive(e["to"], {"amount": shown(amount - fee), "currency": self.wallets[e["to"]["wallet"]]["currency"]})
        facility.change(self.day, amount)
        facility.unamortised += fee
        facility.undrawn -= amount
        self.post((money, value), ("2319", fee), ("2310", -amount), ("4550", amount - fee - value))
        self.post(("9019", amount), ("9010", -amount))

    def interest_accrued(self, e):
        facility = self.facilities[e["facility"]]
        total = facility.interest_to(date.fromisoformat(e["through"]))
        due = total - facility.accrued_total
        facility.accrued_total, facility.unpaid = total, facility.unpaid + due
        self.post(("6710", due), ("2320", -due))

    def interest_paid(self, e):
        assert e["how"] == "cash"
        self.settle(self.facilities[e["facility"]], 0, cents(e["amount"]["amount"]), 0, e["from"])

    def loan_repaid(self, e):
        amount = lambda field: cents(e[field]["amount"]) if field in e else 0
        self.settle(self.facilities[e["facility"]], amount("principal"), amount("interest"), amount("prepayment_fee"), e["from"])

    def settle(self, facility, principal, interest, fee, place):
        if principal > facility.principal or interest > facility.unpaid:
            raise ValueError(f"entry {self.number}: more than is owed")
        written_off = 0  # a term loan's unamortised cost goes with the principal; a revolver's stays
        if principal and facility.term:
            written_off = half_even(Fraction(facility.unamortised * principal, facility.principal))
        total = principal + interest + fee
        money, gone = self.pay(place, {"amount": shown(total)})
        if principal:
            facility.change(self.day, -principal)
        facility.unpaid -= interest
        facility.unamortised -= written_off
        self.post(("2310", principal), ("2320", interest), ("4560", fee + written_off), ("2319", -written_off),
                  (money, -gone), ("4550", gone - total))
        if not facility.term:
            facility.undrawn += principal
            self.post(("9010", principal), ("9019", -principal))

    def facility_retired(self, e):
        facility = self.facilities[e["facility"]]
        if facility.principal or facility.unpaid or any(facility.collateral.values()):
            raise ValueError(f"entry {self.number}: {e['facility']} is not at zero")
        self.post(("4560", facility.unamortised), ("2319", -facility.unamortised))
        self.post(("9019", facility.undrawn), ("9010", -facility.undrawn))
        facility.unamortised, facility.undrawn, facility.retired = 0, 0, True

    # --- what is printed ---

    def ltv_percent(self, facility):
        """(principal + accrued) / sum(units x price x (1 - haircut)); None without coins or a price."""
        haircuts = {c["commodity"]: Fraction(c.get("haircut", "0")) for c in facility.get("collateral", [])}
        worth = sum(Fraction(units, 10 ** SCALE[c]) * self.price(c) * (1 - haircuts.get(c, 0))
                    for c, units in facility.collateral.items() if units and c in self.prices)
        return shown(half_even(Fraction(facility.principal + facility.unpaid) / worth * 100)) if worth else None

    def report(self):
        coins = lambda held: {c: shown(u, SCALE[c]) for c, u in sorted(held.items()) if u}
        return {
            "wallets": {n: {"currency": w["currency"], "amount": shown(w["units"], SCALE[w["currency"]])}
                        for n, w in self.wallets.items() if w["currency"]},
            "facilities": {n: {"principal": shown(f.principal), "accrued": shown(f.unpaid), "unamortised_cost": shown(f.unamortised),
                               "undrawn": shown(f.undrawn), "collateral": coins(f.collateral), "ltv_percent": self.ltv_percent(f),
                               "margin_called": f.called, "retired": f.retired} for n, f in self.facilities.items()},
            "commitments": {n: shown(c) for n, c in self.commitments.items()},
            "books": {b.name: self.book_report(b) for b in self.books.values()}}

    def book_report(self, book):
        if book.balances["1010"] != sum(w["carrying"] for w in self.wallets.values() if w["account"] == "1010"):
            raise ValueError("1010 and the bank accounts differ")
        total = lambda classes: sum(v for a, v in book.balances.items() if a[0] in classes)
        by_place, units = sorted(book.positions.items()), defaultdict(dict)
        for (commodity, account, place), p in by_place:
            if p.units:
                units[commodity].setdefault(place, {})[account] = shown(p.units, SCALE[commodity])
        for account in {a for _, a, _ in book.positions}:
            if book.balances[account] != sum(p.carrying for (_, a, _), p in by_place if a == account):
                raise ValueError(f"{book.name}: {account} and its lots differ")
        return {
            "trial_balance": {a: shown(v) for a, v in sorted(book.balances.items()) if v},
            "totals": {"assets": shown(total("1")), "liabilities": shown(-total("2")), "equity": shown(-total("34567")),
                       "net_income": shown(-total("4567"))},
            "units": units,
            "lots": [{"commodity": c, "account": a, "place": place, "lot": "{}.{}".format(*l.born), "acquired": str(l.acquired),
                      "units": shown(l.units, SCALE[c]), "cost": shown(l.cost)} for (c, a, place), p in by_place for l in p.lots],
            "realised": {t: {"units": shown(u, 8), "proceeds": shown(p), "cost": shown(c), "gain": shown(p - c)}
                         for t, (u, p, c) in book.realised.items()}}


def replay(path, as_of=None, after=None):
    with open(path, encoding="utf-8") as f:
        entries = [(n, json.loads(line, parse_float=lambda t: 1 / 0)) for n, line in enumerate(f, 1)]
    taken = [(n, e) for n, e in entries if (after is None or n <= after)
             and (as_of is None or when(e["effective"])[0] <= as_of)]
    order = lambda ne: (when(ne[1]["effective"]), min(RANK.get(ev["type"], 0) for ev in ne[1]["events"]), ne[0])
    world = World()
    for n, e in sorted(taken, key=order):
        world.apply(n, e)
        world.report()  # its checks hold after every entry
    return {"entries": len(taken), **world.report()}


if __name__ == "__main__":
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("story")
    args.add_argument("--as-of", type=date.fromisoformat)
    args.add_argument("--after", type=int)
    given = args.parse_args()
    print(json.dumps(replay(given.story, given.as_of, given.after), indent=1))
