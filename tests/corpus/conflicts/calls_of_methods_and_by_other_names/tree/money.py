class Money:
    def add(self, other):
        return self


def rounded(amount):
    return amount
