"""What the keys of the edit form do to the entries of a draft: choosing labels, adding, removing, moving, locking."""

from __future__ import annotations

from collections.abc import Sequence

from esc_tui.tui.panes.bank.form_base import FormRows
from esc_tui.tui.panes.bank.form_items import NEW_ENTRY, SETS, FormItem, closed_set
from esc_tui.tui.panes.bank.picker import Choice, PickerScreen, choices


class FormEntries(FormRows):
    """Changes labels and lists."""

    # Choosing

    async def action_choose(self) -> None:
        """Choose from the closed set of the row."""
        item = self.item
        if item.kind == "text" and not item.label_path:
            self.app.bell()
            return
        if item.kind == "add":
            await self.action_add()
            return
        options, chosen, title = choices(closed_set(item, self.draft)), self._chosen(item), item.name or item.part
        if item.label_path and item.label_path[0] == "do":
            options = [Choice(choice.value, f"move {choice.value}", choice.note) for choice in options]
        self.app.push_screen(PickerScreen(f"Choose: {title}", options, chosen, many=item.kind == "choices"),
                             lambda picked: self._picked(item, picked))

    def _chosen(self, item: FormItem) -> Sequence[str]:
        if item.label_path:
            return [str(self.draft.get(item.label_path))]
        if item.kind == "range":
            row = self.draft.get(item.path)
            return [f"{row['intensity_low']}-{row['intensity_high']}"]
        if item.kind == "choices":
            return list(self.draft.get(item.path))
        return [str(self.draft.get(item.path))] if item.path == ("status",) else []

    def _picked(self, item: FormItem, picked: tuple[str, ...] | None) -> None:
        if picked is not None:
            self.run_worker(self._take(item, picked), exit_on_error=True)

    async def _take(self, item: FormItem, picked: tuple[str, ...]) -> None:
        if item.label_path:
            value: object = int(picked[0]) if item.label_path[0] == "do" else picked[0]
            self.draft.put(item.label_path, value)
        elif item.kind == "range":
            low, _, high = picked[0].partition("-")
            self.draft.remember()
            self.draft.put((*item.path, "intensity_low"), int(low), step=False)
            self.draft.put((*item.path, "intensity_high"), int(high), step=False)
        elif item.kind == "choices":
            self.draft.put(item.path, list(picked))
        elif item.path == ("status",):
            self.draft.put(item.path, picked[0])
        else:
            await self._condition(item, picked[0])
            return
        await self._after(item.path)

    async def _condition(self, item: FormItem, name: str) -> None:
        base = item.path
        if name == "cues":
            self.draft.put((*base, "cues"), self.draft.get((*base, "cues")) or [""])
            await self._after((*base, "cues"))
            await self.action_write()
            return
        if name in SETS:
            row = FormItem("choices", (*base, name), name, item.part, (), item.list_path, item.place)
        else:
            row = FormItem("range", base, "intensity", item.part, (), item.list_path, item.place)
        self.app.push_screen(
            PickerScreen(f"Choose: {name}", choices(closed_set(row, self.draft)), self._chosen(row), many=row.kind == "choices"),
            lambda picked: self._picked(row, picked))

    # Entries

    async def action_add(self) -> None:
        """A new entry after this one, and write in it."""
        item = self.item
        if not item.list_path:
            self.app.bell()
            return
        name = str(item.list_path[0])
        place = item.place if item.kind == "add" else item.place + 1
        fresh = NEW_ENTRY[name]
        entry = dict(fresh) if isinstance(fresh, dict) else fresh
        if isinstance(entry, dict):
            entry = {key: list(value) if isinstance(value, list) else value for key, value in entry.items()}
        if name == "do" and self.draft.content["do"]:
            entry["move"] = self.draft.content["do"][min(place, len(self.draft.content["do"])) - 1]["move"]
        self.draft.insert(item.list_path, place, entry)
        field = {"dont": (), "examples": ("seeker",)}.get(name, ("text",))
        await self._after((*item.list_path, place, *field))
        await self.action_write()

    async def action_remove(self) -> None:
        """Take the entry of this row out; ``u`` brings it back."""
        item = self.item
        if item.place < 0 or item.kind == "add":
            self.app.bell()
            return
        if item.kind in {"choices", "range"} or item.path[-1] == "cues":
            self._clear(item)
        else:
            self.draft.remove(item.list_path, item.place)
        await self._after()

    def _clear(self, item: FormItem) -> None:
        if item.kind == "range":
            self.draft.remember()
            self.draft.put((*item.path, "intensity_low"), 1, step=False)
            self.draft.put((*item.path, "intensity_high"), 5, step=False)
        else:
            self.draft.put(item.path, [])

    async def action_shift(self, by: int) -> None:
        """Move the entry up or down in its list."""
        item = self.item
        if item.place < 0 or item.kind == "add":
            return
        new = self.draft.move(item.list_path, item.place, by)
        if new != item.place:
            length = len(item.list_path)
            await self._after((*item.path[:length], new, *item.path[length + 1:]))

    async def action_lock(self) -> None:
        """Lock or free the part this row is in."""
        part = self.item.part
        if not part:
            self.app.bell()
            return
        locked = [name for name in self.draft.locked if name != part]
        self.draft.put(("locked",), locked if part in self.draft.locked else sorted([*locked, part]))
        await self._after(self.item.path)

    async def action_step_back(self) -> None:
        """Undo in the form."""
        if self.draft.undo():
            await self._after()

    async def action_step_forth(self) -> None:
        """Redo in the form."""
        if self.draft.redo():
            await self._after()
