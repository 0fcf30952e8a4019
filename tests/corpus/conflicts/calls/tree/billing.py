def compute_total(order):
    return 1
