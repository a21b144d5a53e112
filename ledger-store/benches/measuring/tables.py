"""The tables that are printed."""
import math


def seconds(value):
    if value is None:
        return "-"
    return f"{value * 1_000:.1f} ms" if value < 1 else f"{value:.2f} s"


def mebibytes(kib):
    return "-" if kib is None else f"{kib / 1_024:.1f}"


def aligned(rows, left=1):
    """Rows of texts, the first `left` columns to the left and the others to the right."""
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(max(map(len, rows)))]
    for row in rows:
        cells = [cell.ljust(widths[at]) if at < left else cell.rjust(widths[at]) for at, cell in enumerate(row)]
        yield "  ".join(cells).rstrip()


def growth(counts, results):
    """One row for each thing measured: time and peak at each length, and from each length to the next how many times
    longer it took and the exponent of that growth (1: in proportion to the entries, 0: the same). `results` holds a
    measurement for a thing and a length, or a text that says why there is none."""
    head = ["", f"{counts[0]:,}", "MiB"]
    for count in counts[1:]:
        head += ["times", "exponent", f"{count:,}", "MiB"]
    rows = [head]
    for what, by_count in results.items():
        row, before = [what], None
        for at, count in enumerate(counts):
            now = by_count.get(count, "absent")
            known = not isinstance(now, str)
            if at:
                row += ratio(before, now.wall, count) if known and before else ["", ""]
            row += [seconds(now.wall), mebibytes(now.peak)] if known else [now, ""]
            before = (count, now.wall) if known else None
        rows.append(row)
    return aligned(rows)


def ratio(before, now, count):
    """How many times longer, and the exponent."""
    count_before, wall_before = before
    times = now / wall_before
    return [f"{times:.2f}", f"{math.log(times) / math.log(count / count_before):.2f}"]
