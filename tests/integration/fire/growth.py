"""Whether the memory of a process grows, and its files: sizes in KiB, each of so many seconds after the beginning."""
MOST_AN_HOUR = 1024  # KiB
FILES_AN_HOUR = 1


def line(seconds, sizes):
    """So much an hour and the standard error of that, by least squares; zeros of less than three."""
    count = len(seconds)
    if count < 3:
        return 0.0, 0.0
    mean_x, mean_y = sum(seconds) / count, sum(sizes) / count
    spread = sum((x - mean_x) ** 2 for x in seconds)
    by = sum((x - mean_x) * (y - mean_y) for x, y in zip(seconds, sizes)) / spread
    rests = sum((y - mean_y - by * (x - mean_x)) ** 2 for x, y in zip(seconds, sizes))
    return 3600 * by, 3600 * (rests / (count - 2) / spread) ** 0.5


def text(seconds, sizes):
    grows, error = line(seconds, sizes)
    return f"{', '.join(f'{kib / 1024:.1f}' for kib in sizes)} MiB, {grows / 1024:+.2f} +- {error / 1024:.2f} MiB an hour"


def wrong(seconds, resident, held, files):
    """The plan speaks of what is resident. What is held scatters more, and files are few: they must not be seen to grow,
    beyond twice the error. Empty: nothing is wrong."""
    grows, _ = line(seconds, resident)
    if grows > MOST_AN_HOUR:
        return f"resident memory grows: {text(seconds, resident)}"
    grows, error = line(seconds, held)
    if grows - 2 * error > MOST_AN_HOUR:
        return f"memory that is held grows: {text(seconds, held)}"
    grows, error = line(seconds, files)
    if grows - 2 * error > FILES_AN_HOUR:
        return f"open files grow: {', '.join(map(str, files))}"
    return ""
