"""Code announced instead of written, and code that only looks so."""

from __future__ import annotations

import pytest

from kimi_lsp.core.elision import elided

ANNOUNCED = [
    ("a.py", "# ..."),
    ("a.py", "    # ... existing code ..."),
    ("a.py", "# rest of the code unchanged"),
    ("a.py", "# The rest of the class remains the same"),
    ("a.py", "# (rest of file unchanged)"),
    ("a.py", "# [existing methods]"),
    ("a.py", "# unchanged"),
    ("a.py", "# Same as before"),
    ("a.py", "# Omitted for brevity"),
    ("a.py", "# other imports stay the same"),
    ("a.py", "    return x  # ... rest of the function"),
    ("a.py", "# keep the existing code"),
    ("a.py", "# Previous code remains unchanged."),
    ("a.py", "# --- existing code ---"),
    ("a.py", "…"),
    ("a.js", "..."),
    ("a.js", "  // ... keep existing code"),
    ("a.js", "/* … */"),
    ("a.js", "foo(/* ... */);"),
    ("a.js", "function f() { ... }"),
    ("a.ts", "  // …"),
    ("a.tsx", "{/* ... other props ... */}"),
    ("a.tsx", "      {/* rest of the component */}"),
    ("a.html", "<!-- remaining items stay the same -->"),
    ("a.html", "<!-- ... -->"),
    ("a.css", "/* existing styles */"),
    ("a.scss", "// remaining rules unchanged"),
    ("a.sql", "-- rest of the query unchanged"),
    ("a.lua", "--[[ existing code ]]"),
    ("a.lisp", ";; ... rest of the functions"),
    ("a.tex", "% remaining content unchanged"),
    ("a.ml", "(* rest of the module unchanged *)"),
    ("a.hs", "{- unchanged -}"),
    ("a.hs", "-- unchanged"),
    ("a.j2", "{# existing content #}"),
    ("a.hbs", "{{!-- existing markup --}}"),
    ("a.blade.php", "{{-- rest of the template --}}"),
    ("a.cshtml", "@* existing code *@"),
    ("a.ps1", "<# existing code #>"),
    ("a.bat", "REM rest of the file unchanged"),
    ("a.vb", "' existing code"),
    ("a.vim", '" ... rest of the code'),
    ("a.f90", "! existing code"),
    ("a.java", "     * rest of the documentation unchanged"),
    ("a.py", "# 其余代码保持不变"),
    ("a.js", "// ... 其他代码不变 ..."),
    ("a.js", "// 此处省略"),
    ("a.js", "// 现有代码"),
    ("a.py", "# 残りのコードは同じ"),
    ("a.py", "# 以下省略"),
    ("a.py", "# 나머지 코드는 동일"),
    ("a.py", "# Rest des Codes unverändert"),
    ("a.py", "# restlicher Code bleibt gleich"),
    ("a.py", "# le reste du code est inchangé"),
    ("a.py", "# resto del código sin cambios"),
    ("a.py", "# resto do código inalterado"),
    ("a.py", "# остальной код без изменений"),
    ("a.py", "# reszta kodu bez zmian"),
    ("a.txt", "[rest of the file unchanged]"),
    ("a.json", "... rest of the file ..."),
]

CODE = [
    ("a.py", "..."),
    ("a.py", "    ..."),
    ("a.pyi", "def f(self) -> int: ..."),
    ("a.py", "x[..., 0]"),
    ("a.py", "print('...')"),
    ("a.py", "# The rest of the code relies on this order."),
    ("a.py", "# keep the existing methods sorted by name, as the parser expects"),
    ("a.py", "# existing rows are updated in place"),
    ("a.py", "# remaining seconds"),
    ("a.py", "# same for bytes"),
    ("a.py", "# unchanged values are skipped"),
    ("a.py", "# TODO: add the rest"),
    ("a.py", 'states = ["unchanged", "omitted"]'),
    ("a.py", '    "unchanged",'),
    ("a.js", "  ...base,"),
    ("a.js", "const a = { ...b };"),
    ("a.js", "// ...args is forwarded"),
    ("a.js", "f(...xs)"),
    ("a.js", 'log("{...}")'),
    ("a.tsx", "<A {...props} />"),
    ("a.cpp", "template <typename... Ts>"),
    ("a.cpp", "catch (...) {"),
    ("a.go", "func f(xs ...int) {"),
    ("a.go", "\treturn append(a, b...)"),
    ("a.swift", "for i in 0...5 {"),
    ("a.rs", "let A { x, .. } = a;"),
    ("a.rs", "#[allow(unused)]"),
    ("a.css", "#unchanged {"),
    ("a.css", "#existing,"),
    ("a.md", "# Unchanged"),
    ("a.md", "..."),
    ("a.md", "* existing code"),
    ("a.yaml", "..."),
    ("a.java", "     * ..."),
    ("a.c", "--i;"),
    ("a.json", '  "rest": "unchanged",'),
    ("a.html", "<li>Loading...</li>"),
    ("a.py", "label = 'Loading...'  # shown while waiting"),
    ("a.py", ""),
]


@pytest.mark.parametrize(("path", "line"), ANNOUNCED)
def test_announced(path: str, line: str) -> None:
    assert elided([line], [], path) == line.strip()
    assert elided([line], [f"  {line.strip()}"], path) is None


@pytest.mark.parametrize(("path", "line"), CODE)
def test_code(path: str, line: str) -> None:
    assert elided([line], [], path) is None
