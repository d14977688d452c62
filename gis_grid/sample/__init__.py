"""The sample town: synthetic, drawn by a seed, with workers, walks, incidents and visits."""

from gis_grid.sample.layers import Town
from gis_grid.sample.town import make_town
from gis_grid.sample.walks import Walk, make_walks, walks_of_day
from gis_grid.sample.workers import Habit, SampleWorker, make_workers

__all__ = ["Habit", "SampleWorker", "Town", "Walk", "make_town", "make_walks", "make_workers", "walks_of_day"]
