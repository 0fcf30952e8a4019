from billing import compute_total


def process_payment(order):
    return compute_total(order)
