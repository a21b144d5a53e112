"""What is typed in real shells: bash, zsh and fish complete commands, reports and the names in a ledger; `man` shows every
page and finds nothing to warn of. A shell that is not there is left out, loudly."""
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from installed import ROOT, left_out
from treasury import Ledger, built

STORY = ROOT / "fixtures" / "stories" / "cango-2026q1.jsonl"
# What is typed before the tab, and what it must become.
TYPED = [
    ("treasury veri", "verify"),
    ("treasury report balance-sh", "balance-sheet"),
    ("treasury replay --facility ant", "antalpha"),
    ("treasury report register 111", "1110"),
    ("treasury report holdings --book ta", "tax"),
    ("treasury sell --from min", "mining"),
    ("treasury schema loan_dr", "loan_drawn"),
]
START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "bind 'set bell-style none'; bind 'set show-all-if-ambiguous on'; PS1='> '; "),
    "zsh": (["zsh", "-f", "-i"], "autoload -Uz compinit; compinit -u -D; unsetopt prompt_sp; PS1='> '; "),
}
PAGES_LEAST = 100
PATIENCE = 10


class Terminal:
    """A shell on a terminal of its own, typed into as a person would."""

    def __init__(self, command, environment):
        self.child, self.screen = pty.fork()
        if self.child == 0:
            os.execvpe(command[0], command, environment)

    def type(self, text):
        os.write(self.screen, text.encode())

    def shows(self, wanted):
        """Whether something appears before patience ends, and all that was seen by then."""
        seen, until = "", time.monotonic() + PATIENCE
        while wanted not in seen and time.monotonic() < until:
            if select.select([self.screen], [], [], 0.2)[0]:
                try:
                    seen += os.read(self.screen, 65536).decode(errors="replace")
                except OSError:
                    break
        return wanted in seen, seen

    def close(self):
        os.close(self.screen)
        os.waitpid(self.child, 0)


def in_terminal(shell, environment):
    """What bash and zsh make of what is typed."""
    command, setup = START[shell]
    for typed, wanted in TYPED:
        terminal = Terminal(command, environment)
        terminal.type(f'{setup}eval "$(treasury completions {shell})"; echo "re""ady"\n')
        is_ready, seen = terminal.shows("ready")
        assert is_ready, f"{shell}: {seen}"
        terminal.type(f"{typed}\t")
        missing = wanted.removeprefix(typed.split(" ")[-1])
        # Only what the shell adds is waited for: the rest is an echo of what was typed.
        shown, seen = terminal.shows(missing)
        assert shown, f"{shell} makes of `{typed}`: {seen!r}"
        terminal.type("\x03exit\n")
        terminal.close()


def in_fish(environment):
    """What fish makes of what is typed, which it tells by itself."""
    for typed, wanted in TYPED:
        script = f"treasury completions fish | source; complete -C '{typed}'"
        done = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, env=environment, check=False)
        offered = [line.split("\t")[0] for line in done.stdout.splitlines()]
        assert wanted in offered, f"fish makes of `{typed}`: {offered} {done.stderr}"


def manual(command, folder):
    """Every page is shown, and the formatter has nothing to say of it."""
    subprocess.run([command, "--quiet", "man", folder], check=True)
    pages = sorted(folder.glob("*.1"))
    assert len(pages) >= PAGES_LEAST, f"only {len(pages)} pages"
    for page in pages:
        done = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True, env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"}, check=False)
        assert done.returncode == 0 and "NAME" in done.stdout, f"{page.name}: {done.stderr}"
        assert not done.stderr, f"{page.name}: {done.stderr}"
    return len(pages)


def main():
    command = Path(built())
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        Ledger(command, folder / "books", STORY)
        environment = {"PATH": f"{command.parent}:{os.environ['PATH']}", "TREASURY_STORE": str(folder / "books"), "HOME": where, "TERM": "dumb", "LC_ALL": "C.UTF-8", "COLUMNS": "200"}
        tried = []
        for shell in ("bash", "zsh", "fish"):
            if not shutil.which(shell):
                left_out(f"completion in {shell} was not tried", f"{shell} is not installed")
                continue
            in_fish(environment) if shell == "fish" else in_terminal(shell, environment)
            tried.append(shell)
        if shutil.which("man") and shutil.which("groff"):
            tried.append(f"man with {manual(command, folder / 'man')} pages")
        else:
            left_out("manual pages were not shown", "man or groff is not installed")
    print(f"shells: {len(TYPED)} lines completed in {', '.join(tried)}")


if __name__ == "__main__":
    sys.exit(main())
