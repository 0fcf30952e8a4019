from api import process_payment


def handle(order):
    return process_payment(order)
