"""Jupyter's own kernel test suite against the project's kernel."""

import unittest

import jupyter_kernel_test


class ProtocolTests(jupyter_kernel_test.KernelTests):
    kernel_name = "tslab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    code_generate_error = "throw new Error('no')"
    code_execute_result = [
        {"code": "1 + 2", "result": "3"},
        {"code": "'a'.repeat(3)", "result": "aaa"},
        {"code": "[1, 2]", "result": "[ 1, 2 ]"},
    ]
    code_display_data = [
        {
            "code": "await (await import('intrinsic-params')).display({[Symbol.for('Jupyter.display')]:"
            " () => ({'image/svg+xml': '<svg/>'})})",
            "mime": "image/svg+xml",
        }
    ]
    code_clear_output = "(await import('intrinsic-params')).clearOutput()"
    code_history_pattern = "'a'.rep*(?)"
    supported_history_operations = ("tail", "range", "search")
    completion_samples = [{"text": "Math.flo", "matches": {"floor"}}, {"text": "process.plat", "matches": {"platform"}}]
    complete_code_samples = ["1", "const x = 1;", "function f() { return 1 }"]
    incomplete_code_samples = ["function f() {", "if (true) {", "const a = `open"]
    invalid_code_samples = ["let = = 1;", "}", "const a = );"]
    code_inspect_sample = "parseInt"

    def test_pager(self):
        """A page is what `%page` and `name?` of IPython make; TypeScript has no magics and a cell no way to ask for one."""
        self.flush_channels()
        for code in ["1 + 2", "console.log('x\\n'.repeat(5000))", "parseInt"]:
            with self.subTest(code=code):
                reply, _ = self.execute_helper(code=code)
                self.assertEqual(reply["content"]["status"], "ok")
                self.assertEqual(reply["content"]["payload"], [])


class WelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "tslab"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()
