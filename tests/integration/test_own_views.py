"""A user's own views: found, checked, run like those that come along; and never out of the ledger itself."""

from pathlib import Path

import pytest

from tests.integration.command_line import run
from tests.integration.own_views import COUNTER, Shelf
from tests.integration.playing import STORY, play
from tui_ledger.errors import InputError
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.ledger_views import BUILT_IN_NAMES, LedgerViews
from tui_ledger.query_side.catalogue import Catalogue
from tui_ledger.query_side.views.balances import Balances


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """An empty ledger whose `ledger.toml` names the module `mine`."""
    path = tmp_path / "ledger"
    create_ledger(path)
    (path / "ledger.toml").write_text('views_module = "mine"\n')
    return path


def enable(ledger: Path, *names: str) -> None:
    """Put the names into the list of views, as somebody with an editor does."""
    (ledger / "views" / "enabled").write_text("".join(f"{name}\n" for name in names))


def leaves(mark: Path) -> str:
    """A module that leaves a file where it is run."""
    return f"open({str(mark)!r}, 'w').close()\n{COUNTER}"


async def test_an_own_view_is_filled_queried_and_verified_like_the_others(ledger: Path, shelf: Shelf) -> None:
    shelf.module("mine")
    enable(ledger, "balances", "counter")
    async with Ledger.open(ledger) as opened:
        await play(opened, *STORY)
        await opened.settle()
        answer = await opened.query("counter", "all")
        assert (answer.document, answer.as_of) == ({"events": 4}, 4)
        assert [view.view for view in opened.snapshot().views] == ["balances", "counter"]
        assert (await opened.verify()).ok
    file = ledger / "views" / "counter.db"
    assert file.is_file()
    file.write_bytes(b"")  # it is derived, too
    async with Ledger.open(ledger) as opened:
        await opened.settle()
        assert (await opened.query("counter", "all")).document == {"events": 4}


@pytest.mark.slow
def test_a_changed_version_makes_the_view_anew_from_the_first_event_on(ledger: Path, shelf: Shelf) -> None:
    shelf.module("mine")
    run("exec", ledger, *STORY)
    run("view", "add", ledger, "counter", PYTHONPATH=shelf.path, PYTHONDONTWRITEBYTECODE="1")
    changed = COUNTER.replace('{"events": 0})["events"] + 1', '{"events": 0})["events"] + 10')

    def counted(text: str) -> int:
        shelf.module("mine", text)
        run("exec", ledger, "deposit moyin 1")
        # Python takes a file that is as long as before, in the same second, for the same.
        variables = {"PYTHONPATH": shelf.path, "PYTHONDONTWRITEBYTECODE": "1"}
        answer = run("query", ledger, "counter", "all", "--fresh", "--json", **variables)
        return int(answer.objects[0]["document"]["events"])

    assert counted(COUNTER) == 5
    assert counted(changed) == 15, "the version is the same, and so is what was there"
    assert counted(changed.replace("version = 1", "version = 2")) == 70


async def test_a_ledger_in_memory_takes_views_by_name_and_themselves(shelf: Shelf) -> None:
    shelf.module("mine")
    [counter] = Catalogue("mine").find(["counter"])
    async with Ledger.in_memory(views=["books", counter]) as ledger:
        await play(ledger, *STORY)
        await ledger.settle()
        assert [view.view for view in ledger.snapshot().views] == ["books", "counter"]
        assert (await ledger.query("counter", "all")).document == {"events": 4}
    with pytest.raises(InputError, match=r"`views` holds what is no view: int has no method keys\."):
        async with Ledger.in_memory(views=[5]):  # type: ignore[list-item]
            pass


async def test_own_code_does_not_run_while_no_view_of_it_is_wanted(
    ledger: Path, tmp_path: Path, shelf: Shelf
) -> None:
    shelf.module("mine", leaves(tmp_path / "mark"))
    async with Ledger.open(ledger):
        pass
    assert not (tmp_path / "mark").exists()
    assert LedgerViews(LedgerFolder(ledger)).known() == [*BUILT_IN_NAMES, "returns", "counter"]
    assert (tmp_path / "mark").exists()


# What came with the ledger


@pytest.mark.parametrize("module", ["mine", "package.mine", "spread.mine"])
@pytest.mark.parametrize("command", ["status", "worker", "query"])
def test_code_in_the_ledgers_folder_is_not_run_even_where_python_would_find_it(
    ledger: Path, tmp_path: Path, module: str, command: str
) -> None:
    folder = Shelf(ledger)
    folder.module(module, leaves(tmp_path / "mark"))
    if module.startswith("package"):
        folder.module("package.__init__", leaves(tmp_path / "mark"))
    (ledger / "ledger.toml").write_text(f'views_module = "{module}"\n')
    enable(ledger, "counter")
    more = ["counter"] if command == "query" else []

    # `python -m` looks for modules in the folder where it is started.
    done = run(command, ledger, *more, under=("env", "-C", str(ledger)))

    assert (done.status, done.out) == (3, "")
    assert "lies inside the ledger" in done.err
    assert len(done.err.splitlines()) == 1
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("link", [True, False], ids=["a link to it", "by the name of the ledger's folder"])
def test_code_in_the_ledgers_folder_is_found_out_by_any_way_to_it(
    ledger: Path, tmp_path: Path, shelf: Shelf, link: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    Shelf(ledger).module("inside", leaves(tmp_path / "mark"))
    if link:
        (shelf.folder / "mine.py").symlink_to(ledger / "inside.py")
        module = "mine"
    else:
        monkeypatch.syspath_prepend(tmp_path)
        module = "ledger.inside"
    with pytest.raises(InputError, match="lies inside the ledger"):
        Catalogue(module, ledger).names()
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("module", ["antigravity", "idlelib.idle", "sys"])
def test_pythons_own_modules_are_not_run_for_their_effects(module: str) -> None:
    with pytest.raises(InputError, match="is Python's own, and has no views"):
        Catalogue(module).names()


# What is no view


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1/0", "The module mine cannot be imported: ZeroDivisionError: division by zero."),
        ("import nothing_like_this", "cannot be imported: ModuleNotFoundError: No module named 'nothing_"),
        ("def", "cannot be imported: SyntaxError: "),
        ("raise SystemExit(9)", "The module mine cannot be imported: SystemExit: 9."),
        ("", "The module mine lists no views; it needs a line: VIEWS = [MyView()]"),
        ("VIEWS = 5", "The module mine lists no views"),
        ("VIEWS = [5]", "mine.VIEWS holds what is no view: int has no method keys."),
        (COUNTER + "del Counter.fold", "holds what is no view: Counter has no method fold."),
        (COUNTER + "Counter.keys = 5", "holds what is no view: Counter has no method keys."),
        (COUNTER + "Counter.name = '../x'", "Counter needs a name of 1 to 32 of a-z, 0-9 and _,"),
        (COUNTER + "Counter.name = 5", "Counter needs a name of"),
        (COUNTER + "Counter.version = True", "Counter needs a version that counts from 1."),
        (COUNTER + "Counter.version = 0", "Counter needs a version that counts from 1."),
        (COUNTER + "del Counter.version", "Counter needs a version that counts from 1."),
        (COUNTER + "Counter.__init__ = lambda self, x: 0\nVIEWS = [Counter]", "no view: TypeError: "),
        (
            COUNTER + "Counter.name = 'books'",
            "two views books: one of the program itself, and one of the mod",
        ),
        (
            COUNTER + "VIEWS += VIEWS",
            "two views counter: one of the module mine, and one of the module mine;",
        ),
    ],
)
def test_what_is_no_view_is_a_sentence(ledger: Path, shelf: Shelf, text: str, sentence: str) -> None:
    shelf.module("mine", text)
    with pytest.raises(InputError) as caught:
        LedgerViews(LedgerFolder(ledger)).known()
    assert sentence in str(caught.value)


def test_a_class_is_as_good_as_what_it_makes(shelf: Shelf) -> None:
    shelf.module("mine", COUNTER.replace("[Counter()]", "(Counter,)"))
    assert Catalogue("mine").find(["counter"])[0].name == "counter"


@pytest.mark.parametrize(
    ("module", "sentence"),
    [
        ("nowhere", "There is no module nowhere; "),
        ("mine.deeper", "The module mine.deeper cannot be imported"),
    ],
)
def test_a_module_that_is_not_there_is_a_sentence(shelf: Shelf, module: str, sentence: str) -> None:
    shelf.module("mine")
    with pytest.raises(InputError, match=sentence):
        Catalogue(module).names()


@pytest.mark.parametrize("command", ["status", "verify", "worker"])
def test_a_view_that_cannot_be_had_is_said_with_status_three(
    ledger: Path, shelf: Shelf, command: str
) -> None:
    shelf.module("mine", "raise RuntimeError('\\x1b[31m')")
    enable(ledger, "balances", "counter")

    done = run(command, ledger, PYTHONPATH=shelf.path)

    assert (done.status, done.out) == (3, "")
    assert done.err.startswith("The module mine cannot be imported: ")
    assert done.err.rstrip("\n").isprintable()


def test_commands_and_the_log_do_not_need_the_code_of_any_view(ledger: Path) -> None:
    enable(ledger, "balances", "counter")

    assert run("exec", ledger, *STORY).status == 0
    assert len(run("events", ledger).out.splitlines()) == 4
    assert run("replay", ledger, "moyin").status == run("head", ledger).status == 0
    assert run("status", ledger).status == 3


async def test_a_view_that_is_on_and_known_to_nobody_can_be_taken_out(ledger: Path) -> None:
    (ledger / "ledger.toml").unlink()
    enable(ledger, "balances", "statemnt")
    sentence = r"no view statemnt; did you mean statement\? .* view drop takes it out\."
    with pytest.raises(InputError, match=sentence):
        async with Ledger.open(ledger):
            pass
    await LedgerViews(LedgerFolder(ledger)).drop("statemnt")
    async with Ledger.open(ledger):
        pass


# Packages


def test_a_view_of_a_package_is_loaded_only_when_it_is_wanted(tmp_path: Path, shelf: Shelf) -> None:
    shelf.module("offered", leaves(tmp_path / "mark"))
    shelf.package("shop", counter="offered:Counter")
    catalogue = Catalogue()
    assert catalogue.names() == [*BUILT_IN_NAMES, "returns", "counter"]
    assert not (tmp_path / "mark").exists()
    assert catalogue.find(["counter"])[0].version == 1
    assert (tmp_path / "mark").exists()


@pytest.mark.parametrize(
    ("views", "sentence"),
    [
        ({"counter": "offered:Nothing"}, "entry point counter of shop cannot be imported: AttributeError"),
        ({"counter": "nowhere:Counter"}, "entry point counter of shop cannot be imported: ModuleNotFound"),
        ({"counter": "offered:VIEWS"}, "entry point counter of shop holds what is no view: list has no"),
        ({"other": "offered:Counter"}, "entry point other of shop leads to a view of another name: counter"),
        ({"books": "offered:Counter"}, "two views books: one of the program itself, and one of the package"),
    ],
)
def test_an_entry_point_that_leads_to_no_view_is_a_sentence(
    shelf: Shelf, views: dict[str, str], sentence: str
) -> None:
    shelf.module("offered")
    shelf.package("shop", **views)
    with pytest.raises(InputError, match=sentence):
        Catalogue().find([*views, "no such view"])


def test_a_module_and_a_package_cannot_have_views_of_the_same_name(shelf: Shelf) -> None:
    shelf.module("mine")
    shelf.package("shop", counter="mine:Counter")
    with pytest.raises(InputError, match="one of the module mine, and one of the package shop; rename yours"):
        Catalogue("mine").names()


def test_an_unknown_view_is_answered_with_the_nearest_match_of_all(shelf: Shelf) -> None:
    shelf.package("shop", loyalty="nowhere:Loyalty")
    known = "balances, statement, spending, top_items, books, returns, loyalty"
    for name, near in (("balance", "balances"), ("loyality", "loyalty")):
        with pytest.raises(InputError, match=rf"no view {name}; did you mean {near}\? The views are {known}"):
            Catalogue().find(["books", name])


def test_views_are_found_in_the_order_in_which_they_are_wanted() -> None:
    given = Balances()
    found = Catalogue().find(["books", given, "spending"])
    assert [view.name for view in found] == ["books", "balances", "spending"]
    assert found[1] is given


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("views_module = ", "is not TOML: "),
        ("# mine\nveiws_module = 'x'", "line 2: there is no key veiws_module; did you mean views_module?"),
        ("[views]", "there is no key views."),
        ("views_module = 5", "line 1: views_module: a text in quotes is expected."),
        ("views_module = '/home/me/views.py'", "line 1: views_module: the name of a module looks like my_v"),
        ("views_module = '../views'", "it is no path."),
        ("views_module = 'mine.__main__'", "line 1: views_module: the name of a module"),
        ("views_module = ''", "line 1: views_module: the name of a module"),
        (
            "views_module = '" + "x" * 2**20 + "'",
            "is larger than 1 MiB, the most that a ledger.toml may have.",
        ),
    ],
)
def test_a_mistake_in_ledger_toml_is_named_with_its_place(ledger: Path, text: str, sentence: str) -> None:
    (ledger / "ledger.toml").write_text(text)
    with pytest.raises(InputError) as caught:
        LedgerViews(LedgerFolder(ledger))
    assert str(caught.value).startswith(str(ledger / "ledger.toml"))
    assert sentence in str(caught.value)


def test_a_mistake_in_ledger_toml_is_status_three(ledger: Path) -> None:
    (ledger / "ledger.toml").write_text("module = 'mine'\n")
    done = run("status", ledger)
    assert (done.status, done.out) == (3, "")
    assert (
        done.err == f"{ledger / 'ledger.toml'}, line 1: there is no key module; did you mean views_module?\n"
    )
