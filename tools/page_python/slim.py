"""What a page's Python does without: `python slim.py WHEEL OUT` slims a wheel of NumPy by itself.

Half of NumPy's wheel are its own tests and stubs for type checkers. Of the standard library go
servers, debuggers and codecs of the far past. A module that is left out fails late, when
somebody imports it: before you add a rule, look at what all checks load (tests/browser).
"""

import re
import sys
import zipfile

NUMPY = (
    r"/tests/",
    r"\.(pyi|pxd|pyx|h|c|a|lib|in|toml|build|csv|txt|f|f90|pyf)$",
    r"py\.typed$",
    r"^numpy/(f2py|distutils|typing|testing|_pyinstaller|doc|compat)/",
    r"^numpy/(__main__|conftest|_configtool)",
    r"^numpy/_core/(include|lib)/",
    r"^numpy/random/(lib|_examples)/",
    # Extension modules for its tests, and a spare for LAPACK.
    r"_(multiarray|umath|rational|struct_ufunc|operand_flag)_tests?\.",
    r"_core/_simd\.",
    r"lapack_lite\.",
    # Loaded when they are asked for, which no exercise does.
    r"^numpy/(polynomial|ctypeslib|ma/(mrecords|testutils)|lib/recfunctions)",
)

#: What no part of the library needs in a page.
LIBRARY = (
    r"LICENSE",
    r"^momentumlib/predict/",
    r"^momentumlib/live/(frame/notebook|wasm/\w+)\.py",
    r"^tqdm/(?!(__init__|std|utils|version|_monitor|_tqdm_pandas|cli|gui)\.py)",
)

#: Of matplotlib and what it needs: it draws SVG, in one family of letters.
PLOTS = (
    r"/tests/|/testing/|/sample_data/|/sphinxext/|^mpl_toolkits/|\.pyi$|py\.typed$|\.pxd$",
    r"^matplotlib/mpl-data/(images|stylelib|plot_directive|kpsewhich)",
    r"^matplotlib/mpl-data/fonts/(afm|pdfcorefonts)/",
    r"^matplotlib/mpl-data/fonts/ttf/(?!DejaVuSans(-Oblique)?\.ttf)",
    r"^matplotlib/(_ttconv|_qhull|_type1font|animation|sankey|pylab|typing)\.|^pylab\.py",
    r"^matplotlib/backends/(web_backend/|qt_|_backend_(gtk|pdf|tk)|_tkagg|_macosx|backend_(cairo|gtk|macosx"
    r"|nbagg|pdf|pgf|ps|qt|template|tk|web|wx))",
    r"^PIL/(?!(__init__|_version|_binary|_deprecate|_util|_imaging\.\S+|Image|ImageMode|ImageFile"
    r"|ImageChops|ImageColor|ImagePalette|ImageSequence|PngImagePlugin|Gimp\w+|PaletteFile"
    r"|ExifTags|TiffTags|features|ImageOps|ImageFilter)(\.py)?$)",
    r"^contourpy/util/|^dateutil/(zoneinfo/|tzwin|tz/win)|^pyparsing/(diagram|ai|tools)/"
    r"|^packaging/(?!__init__|version|_structures)",
)

#: traceback needs codeop, argparse gettext; Pyodide needs ssl.py, lzma.py and bz2.py.
STDLIB = (
    r"^(multiprocessing|xmlrpc|wsgiref|sqlite3|_pyrepl|__phello__|tomllib|http|email/mime|xml"
    r"|zoneinfo|concurrent/interpreters|ctypes/macholib|pyodide/http|unittest)/",
    r"^(pdb|bdb|cmd|mailbox|imaplib|smtplib|ftplib|poplib|socketserver|webbrowser|wave|zipapp"
    r"|pickletools|antigravity|this|pyclbr|rlcompleter|modulefinder|trace|tabnanny|pty|tty"
    r"|nturl2path|netrc|plistlib|shelve|symtable|sched|stringprep|doctest|pydoc|optparse|filecmp"
    r"|fileinput|getpass|ipaddress|mimetypes|quopri|sre_\w+|_sysconfigdata.*|__hello__|compileall"
    r"|py_compile|cProfile|profile|pstats|code|tracemalloc|_pydatetime|_pyio|_py_abc|colorsys"
    r"|runpy|tarfile|email/_header_value_parser)\.py$",
    r"^encodings/(?!(__init__|aliases|ascii|latin_1|utf_8|utf_8_sig|utf_16|utf_16_le|utf_16_be"
    r"|cp437|cp1252|idna|raw_unicode_escape|unicode_escape|charmap|punycode|undefined)\.py)",
    r"^(logging/(handlers|config)|asyncio/(windows_\w+|proactor_events|tools)|ctypes/_aix"
    r"|configparser)\.py$",
    # These are frozen into Pyodide.
    r"^(importlib/_bootstrap(_external)?|zipimport)\.py$",
    r"^site-packages/README",
)

#: What STDLIB leaves out and matplotlib asks for.
FOR_PLOTS = (
    r"^(plistlib|colorsys|ipaddress|mimetypes|_sysconfigdata.*)\.py$",
    r"^(xml/(__init__|parsers/\w+)\.py|unittest/(?!mock|async_case|__main__)|zoneinfo/)",
)

#: Pyodide's snapshot of its memory refuses packages that say who they are.
NAMELESS = (r"\.dist-info/",)


def kept(name, rules):
    """Whether no rule leaves the file out.

    >>> kept("numpy/linalg/_linalg.py", NUMPY), kept("numpy/linalg/tests/test_linalg.py", NUMPY)
    (True, False)
    """
    return not any(re.search(rule, name) for rule in rules)


def entries(path, rules):
    """The files of an archive that stay: {name: content}."""
    with zipfile.ZipFile(path) as archive:
        names = (name for name in archive.namelist() if not name.endswith("/"))
        return {name: archive.read(name) for name in names if kept(name, rules)}


if __name__ == "__main__":
    with zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED, compresslevel=9) as after:
        for name, content in entries(sys.argv[1], NUMPY).items():
            after.writestr(name, content)
