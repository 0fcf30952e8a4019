"""Lean: what pydantic has validated, kept in less than half of the room that one of its models takes.

A picture holds records by the hundred thousand. So a record class is declared as a model would be, and behind it
stands a *door*: a model of the same fields, which validates what comes in and writes what goes out. What is kept
between the two has one slot a field, and answers as a frozen model does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import repeat
from operator import attrgetter
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Self, cast, dataclass_transform, get_origin

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model
from pydantic.fields import FieldInfo

_ZONES_LIMIT = 1_024
_NOTHING: Mapping[str, Any] = MappingProxyType({})

_PLAIN = r"^(?:19[7-9][0-9]|2[0-9]{3})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?(?:Z|\+00:00)$"
"""A moment as Muse writes it, and as Python reads it in a fraction of the time that any other form takes."""

_zones: dict[tzinfo | None, timezone] = {}


def _in_plain_zone(moment: datetime) -> datetime:
    """Return *moment* with Python's own zone of the same offset, of which there is one, in place of its validator's.

    Such moments also take a tenth of the time to compare.
    """
    zone = _zones.get(moment.tzinfo)
    if zone is None:
        offset = moment.utcoffset() or timedelta(0)
        zone = timezone(offset) if offset else UTC
        if len(_zones) < _ZONES_LIMIT:
            _zones[moment.tzinfo] = zone
    return moment.replace(tzinfo=zone)


def _refuse(record: object, name: str, value: object = None) -> None:
    raise FrozenInstanceError(f"{name} of a {type(record).__name__} cannot be changed: it is frozen")


class _Door(BaseModel):
    # Built when it is needed: a command needs few of the kinds, and the doors proper only for what is refused.
    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=True, defer_build=True)


def _or_plain(hint: Any) -> Any:
    """Return the type of a moment's field that leaves a moment in the plain form as text."""
    return Annotated[Annotated[str, StringConstraints(pattern=_PLAIN)] | hint, Field(union_mode="left_to_right")]


_given_sets: dict[frozenset[str], frozenset[str]] = {}
"""Which fields records were given: of seven kinds with nine fields at most, there are only so many such sets."""


def _making(made: "Shape", unfrozen: type) -> Callable[[BaseModel], Any]:
    """Return what makes a record of the class *made* of all that a door has let in.

    It is filled as one of *unfrozen*, a base without fields less or more: that takes a third of the time.
    """
    moments = tuple(name for name in made.model_fields if name.endswith("_at"))
    new, read, all_given = object.__new__, datetime.fromisoformat, frozenset(made.model_fields)

    def make(told: BaseModel) -> Any:
        """Return the record; ValueError if a moment in the plain form is none."""
        values = told.__dict__
        for name in moments:
            moment = values[name]
            if type(moment) is str:
                values[name] = read(moment)
            elif moment is not None:
                values[name] = _in_plain_zone(moment)
        record: Any = new(unfrozen)
        any(map(setattr, repeat(record), values, values.values()))  # a loop without steps in Python
        record._extra = extra = told.__pydantic_extra__ or None
        given = told.__pydantic_fields_set__
        if extra is None and len(given) == len(values):
            record._given = all_given
        else:
            some = all_given.intersection(given)
            record._given = _given_sets.setdefault(some, some)
        record.__class__ = made
        return record

    return make


def _restoring(made: "Shape", unfrozen: type) -> Callable[..., Iterator[Any]]:
    """Return what makes records of the class *made* of columns, one a field; see `_making`."""
    names = tuple(made.model_fields)
    new, read, all_given = object.__new__, datetime.fromisoformat, frozenset(names)

    def readied(name: str, column: Sequence[Any]) -> Iterable[Any]:
        if name.endswith("_at"):
            return [value if value is None else read(value) for value in column]
        return map(tuple, column) if column and isinstance(column[0], list) else column

    def restore(columns: Sequence[Sequence[Any]], given: Iterable[str]) -> Iterator[Any]:
        some = all_given.intersection(given)
        some = _given_sets.setdefault(some, some)
        ready = [readied(name, column) for name, column in zip(names, columns, strict=True)]
        for values in zip(*ready, strict=True):
            record: Any = new(unfrozen)
            any(map(setattr, repeat(record), names, values))
            record._extra, record._given = None, some
            record.__class__ = made
            yield record

    return restore


def _opened(door: type[BaseModel], values: Mapping[str, Any], given: Set[str]) -> BaseModel:
    """Return a model of *door* that holds *values*, extra ones among them, without looking at them again."""
    names = door.model_fields
    model = door.model_construct(set(given), **{name: values[name] for name in names})
    # Apart, for what strangers name a field could be what the constructor calls one of its own arguments.
    model.__pydantic_extra__ = {name: value for name, value in values.items() if name not in names}
    return model


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Shape(type):
    """Makes a class of records from fields that are declared as those of a pydantic model.

    A record class may have one base, of the same shape; its fields come first.
    """

    _door: type[BaseModel]
    _quick: Any
    _quick_fields: dict[str, Any]
    _make: Callable[[BaseModel], Any]
    _restore: Callable[[Sequence[Sequence[Any]], Iterable[str]], Iterator[Any]]

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> "Shape":
        """Make the class of a *name*, with the fields, their defaults, and the methods that *namespace* has."""
        hints = namespace.get("__annotations__", {})
        hints = {field: hint for field, hint in hints.items() if get_origin(hint) is not ClassVar}
        defaults = {field: namespace.pop(field) for field in hints if field in namespace}
        slots = (*namespace.get("__slots__", ()), *hints)
        plain = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
        unfrozen = super().__new__(cls, name, bases, {"__slots__": slots, **plain})
        frozen = {"__setattr__": _refuse, "__delattr__": _refuse}
        made = super().__new__(cls, name, (unfrozen,), {**namespace, "__slots__": (), **frozen})
        base = bases[0] if bases else None
        declared: dict[str, Any] = {field: (hint, defaults.get(field, ...)) for field, hint in hints.items()}
        made._door = create_model(name, __base__=base._door if isinstance(base, Shape) else _Door, **declared)
        made._quick = None
        made._quick_fields = {
            field: (_or_plain(hint), default) for field, (hint, default) in declared.items() if field.endswith("_at")
        }
        made._make = _making(made, unfrozen)
        made._restore = _restoring(made, unfrozen)
        return made

    def _validator(cls) -> Any:
        """Return the quick validator, made if need be, without the steps in Python that a model has before it."""
        model: Any = create_model(cls.__name__, __base__=cls._door, **cls._quick_fields)
        model.model_rebuild()
        cls._quick = model.__pydantic_validator__
        return cls._quick

    @property
    def model_fields(cls) -> Mapping[str, FieldInfo]:
        """The fields by name, in the order in which they are written."""
        return cls._door.model_fields


class Lean(metaclass=Shape):
    """A frozen value with validated fields, and with those it knows nothing of.

    The methods of a pydantic model that records have answer as that would.
    """

    __slots__ = ("_extra", "_given")
    _extra: ClassVar[Any]  # slots, which are no fields
    _given: ClassVar[Any]

    def __new__(cls, **fields: Any) -> Self:
        """Validate *fields*.

        Raises:
            pydantic.ValidationError: if they are none of such a record.
        """
        return cls.model_validate(fields)

    @classmethod
    def model_validate(cls, fields: Any) -> Self:
        """Make one from a dict, or give back the one that it is already; else as the constructor."""
        if isinstance(fields, cls):
            return fields
        try:
            return cast("Self", cls._make((cls._quick or cls._validator()).validate_python(fields)))
        except ValueError:
            return cast("Self", cls._make(cls._door.model_validate(fields)))

    @classmethod
    def model_validate_json(cls, data: bytes | str) -> Self:
        """Make one from the text of a JSON object; else as the constructor."""
        try:
            return cast("Self", cls._make((cls._quick or cls._validator()).validate_json(data)))
        except ValueError:  # to be said in the words of the door proper; or a day that no month has
            return cast("Self", cls._make(cls._door.model_validate_json(data)))

    @classmethod
    def columns(cls, records: Sequence[Self]) -> list[list[Any]]:
        """Return what *records* have in each field, in JSON's values; see `restored`. Extra fields are left out."""
        return [
            [value.isoformat() if isinstance(value, datetime) else value for value in map(attrgetter(name), records)]
            for name in cls.model_fields
        ]

    @classmethod
    def restored(cls, columns: Sequence[Sequence[Any]], given: Iterable[str]) -> Iterator[Self]:
        """Yield the records that such columns were made of, all of which had been given the fields *given*.

        Nothing is validated: this is for what has been, and was in nobody else's hands since.

        Raises:
            TypeError, ValueError: if they are columns of something else, as far as that shows.
        """
        return cls._restore(columns, given)

    @property
    def model_extra(self) -> Mapping[str, Any]:
        """The fields that the kind does not name, as they were read; not to be changed."""
        return self._extra or _NOTHING

    @property
    def model_fields_set(self) -> frozenset[str]:
        """The fields that were given, extra ones too, and not left to what stands for a missing one."""
        given = cast("frozenset[str]", self._given)
        return given.union(self._extra) if self._extra else given

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """Return all fields by name; with the mode "json" each as what JSON has in its place."""
        return self._opened().model_dump(mode=mode)

    def model_dump_json(self) -> str:
        """Return all fields as the text of a JSON object.

        Raises:
            ValueError: if one of the extra fields holds what JSON cannot.
        """
        return self._opened().model_dump_json()

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:
        """Return one that differs in the fields of *update*, which are taken as they are."""
        cls = type(self)
        values = {**dict(self), **(update or {})}
        given = self._given | (update or {}).keys()
        return cast("Self", cls._make(_opened(cls._door, values, given)))

    def _opened(self) -> BaseModel:
        return _opened(type(self)._door, dict(self), self._given)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        for name in type(self).model_fields:
            yield name, getattr(self, name)
        yield from self.model_extra.items()

    def __getattr__(self, name: str) -> Any:
        extra = object.__getattribute__(self, "_extra")
        if extra is not None and name in extra:
            return extra[name]
        raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")

    def model_values(self) -> tuple[Any, ...]:
        """Return what stands in each field, in the order of `model_fields`; extra ones are left out."""
        return tuple([getattr(self, name) for name in type(self).model_fields])

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(other) is not type(self):
            return NotImplemented
        return self.model_values() == other.model_values() and self.model_extra == other.model_extra

    def __hash__(self) -> int:
        return hash(self.model_values())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self)})"
