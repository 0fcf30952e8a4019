from web import handle


def third(o):
    return handle(o)


def fourth(o):
    return third(o)


def fifth(o):
    return fourth(o)


def sixth(o):
    return fifth(o)
