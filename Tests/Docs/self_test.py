"""That the test of the pages finds what is wrong with one."""

import os
import tempfile
import unittest
from pathlib import Path

import links
import pages
import story
import tested_by

ROOT = Path(__file__).resolve().parents[2]


def run(text):
    with tempfile.TemporaryDirectory() as folder:
        told = story.Story(ROOT, "page.md", Path(folder), "/bin/true")
        told.run(text)
        return told


class Stories(unittest.TestCase):
    def test_commands_share_a_shell_and_their_output_is_compared(self):
        told = run("```\nmkdir new && cd new\nNAME=alice\necho \"Hello, $NAME\"\nHello, …\npwd | grep -o 'clone/new'\nclone/new\n```\n")
        self.assertEqual((told.faults, told.counts["run"]), ([], 4))

    def test_another_output_is_a_fault(self):
        self.assertIn("page.md:2: 'echo yes' should print\n  no", run("```\necho yes\nno\n```\n").faults[0])

    def test_a_failing_command_is_a_fault_unless_the_page_says_so(self):
        self.assertIn("ended with 3", run("```\nsh -c 'exit 3'\n```\n").faults[0])
        self.assertEqual(run("<!-- test: status 3 -->\n```\nsh -c 'exit 3'\n```\n").faults, [])

    def test_what_is_no_command_needs_a_language(self):
        self.assertIn("not a command", run("```\nGET /livez\n```\n").faults[0])
        self.assertEqual(run("```text\nGET /livez\n```\n").faults, [])

    def test_what_is_not_run_names_a_test_that_exists(self):
        block = "\n```\ndocker compose up\n```\n"
        good = run("<!-- not run: needs docker; TESTED BY scripts/step -->" + block)
        self.assertEqual((good.faults, good.counts["elsewhere"]), ([], 1))
        self.assertIn("no 'scripts/nothing'", run("<!-- not run: needs docker; TESTED BY scripts/nothing -->" + block).faults[0])
        self.assertIn("has to be", run("<!-- not run: needs docker -->" + block).faults[0])
        self.assertIn("no 'NoSuite'", run("<!-- tested by NoSuite -->" + block).faults[0])

    def test_a_file_is_written_when_the_line_above_names_it(self):
        told = run("Write it to `a.yaml`:\n\n```yaml\nkey: value\n```\n\n```\ncat a.yaml\nkey: value\n```\n")
        self.assertEqual(told.faults, [])
        self.assertIn("No such file", run("Not in `a.yaml`.\n\n```yaml\nkey: 1\n```\n\n```\ncat a.yaml\n```\n").faults[0])
        self.assertIn("no YAML", run("```yaml\na: [\n```\n").faults[0])

    def test_commands_of_several_lines_are_one(self):
        block = pages.parse("```\ncat <<'EOF'\necho\nEOF\necho\necho 'a\nb'\na\nb\necho \\\n  c\n  echo printed\n```\n")[0]
        self.assertEqual([command.text for command in pages.commands("page.md", block)],
                         ["cat <<'EOF'\necho\nEOF", "echo", "echo 'a\nb'", "echo \\\n  c"])


class Links(unittest.TestCase):
    def faults(self, text):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.md").write_text(text)
            (Path(folder) / "b.md").write_text("# The `end`, isn't it?\n\n```\n# Not one\n```\n# Twice\n# Twice\n")
            return list(links.faults(Path(folder), ["a.md"]))

    def test_files_and_headings(self):
        self.assertEqual(self.faults("[a](b.md#the-end-isnt-it) [b](b.md#twice-1) `[c](none.md)`\n```\n[d](none.md)\n```\n"), [])
        self.assertEqual(len(self.faults("[a](none.md)\n[b](b.md#not-one)\n[c](#nowhere)\n[d\nd](../../etc)\n")), 4)


class Names(unittest.TestCase):
    def test_scripts_targets_and_suites(self):
        self.assertEqual(tested_by.missing(ROOT, "scripts/step, make test, GatewayTests.AsyncDocumentTests, MumbleTests"), [])
        self.assertEqual(len(tested_by.missing(ROOT, "step, make nothing, GatewayTests.MumbleTests")), 3)


if __name__ == "__main__":
    os.chdir(Path(__file__).parent)
    unittest.main()
