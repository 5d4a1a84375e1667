"""Columns in a word, for steps to come as well: what is written here may grow, never change."""

import sqlalchemy as sa


def key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), primary_key=True)


def number_key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), primary_key=True)


def word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def some_word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String())


def some_text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text())


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def some_number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger())


def count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def some_count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer())


def switch(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def some_switch(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean())


def octets(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def some_octets(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary())


def number_key_small(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), primary_key=True, autoincrement=False)
