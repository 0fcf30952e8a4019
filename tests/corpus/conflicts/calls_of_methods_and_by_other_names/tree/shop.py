from money import Money
from money import rounded as tidy


def pay(due: Money):
    return due.add(due)


def bill(amount):
    return tidy(amount)


def guess(thing):
    return thing.add(1)
