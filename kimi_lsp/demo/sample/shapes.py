"""Areas of the walls of a room, and the paint they take."""

import math

LITRES_PER_SQUARE_METRE = 0.12


class Wall:
    """A rectangular wall with openings that are not painted."""

    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.height = height
        self.openings: list[float] = []

    def cut(self, width: float, height: float) -> None:
        """Take a door or a window out of the wall."""
        self.openings.append(width * height)

    def area(self) -> float:
        """What is left to paint, in square metres."""
        whole = self.width * self.height
        return whole - sum(openings)


def litres(walls: list[Wall], coats: int = 2) -> float:
    """Paint for some walls, rounded up to half a litre."""
    area = sum(wall.area() for wall in walls)
    needed = area * coats * LITRES_PER_SQUARE_METRE
    return math.ceil(needed * 2) / 2


def price(walls: list[Wall], per_litre: float) -> float:
    total = litres(walls) * per_litre
    if total > 100:
        total = total - total * 0.05
    return total
