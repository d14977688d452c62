/** The GeoJSON answers, whose properties an OpenAPI document cannot type feature by feature. */
import type { Feature, FeatureCollection, LineString, MultiPolygon, Point, Polygon } from 'geojson';
import type { DraftGrid, IncidentKind, IncidentLevel, Light } from './types';

export type Band = 'under' | 'in' | 'over';
export type Outcome = 'met' | 'short' | 'review';
export type SegmentClass = 'inside' | 'uncertain' | 'outside' | 'unknown';

export interface Area {
  code: string;
  name: string;
  kind: 'county' | 'subdistrict' | 'community';
  /** Made up by the sample generator. */
  synthetic: boolean;
}

export interface Grid {
  id: number;
  code: string;
  name: string;
  community_code: string;
  community_name: string;
  households: number;
  buildings: number;
  band: Band;
  worker_code: string | null;
  worker_name: string | null;
}

export interface Run {
  kind: 'segment';
  class: SegmentClass;
  start: string;
  end: string;
  seconds: number;
  /** Of each fix of the line: epoch milliseconds, and what the device said. */
  t_ms: number[];
  accuracy_m: (number | null)[];
  speed_mps: (number | null)[];
}

export interface FlaggedFix {
  kind: 'fix';
  time: string;
  accuracy_m: number | null;
  flags: string[];
  measure: number | null;
}

export interface Report {
  id: number;
  kind: 'incident' | 'hazard';
  category: string;
  title: string;
  /** A word of its workflow; in both languages beside it. */
  state: string;
  state_zh: string;
  state_en: string;
  severity: number;
  reported_at: string;
  deadline: string | null;
  grid_code: string | null;
}

/** An incident as lists have it. */
export interface ListedIncident {
  code: string;
  kind: IncidentKind;
  category: string;
  /** `null` where the tree does not know the words of a file. */
  category_code: string | null;
  title: string;
  workflow: string;
  state: string;
  state_kind: 'open' | 'closed';
  state_zh: string;
  state_en: string;
  level: IncidentLevel;
  severity: number;
  emergency: boolean;
  address: string;
  reported_at: string;
  deadline: string | null;
  red_at: string | null;
  light: Light;
  closed_at: string | null;
  merged: boolean;
  grid_code: string | null;
}

export type IncidentFeature = Feature<Point | null, ListedIncident>;
/** A page of them; `numberMatched` counts those of all pages, `next` asks for the one behind. */
export type IncidentList = FeatureCollection<Point | null, ListedIncident> & { numberMatched: number; next: string | null };

export type Areas = FeatureCollection<Polygon | MultiPolygon, Area>;
export type GridFeature = Feature<Polygon | MultiPolygon, Grid>;
export type Grids = FeatureCollection<Polygon | MultiPolygon, Grid>;
export type GridNames = FeatureCollection<null, Pick<Grid, 'code' | 'name'>>;
/** A point within each grid, to write at, and the box of its outline, to go to. */
export type GridPlace = Omit<Feature<Point, Pick<Grid, 'code' | 'name'>>, 'bbox'> & {
  bbox: [west: number, south: number, east: number, north: number];
};
export interface GridPlaces {
  features: GridPlace[];
}
export type Track = FeatureCollection<LineString | Point, Run | FlaggedFix>;
/** `numberMatched` counts all of them, also those that the limit left out. */
export type Reports = FeatureCollection<Point, Report> & { numberMatched?: number };

export type DraftGridFeature = Feature<Polygon | MultiPolygon, DraftGrid>;
export type DraftGrids = FeatureCollection<Polygon | MultiPolygon, DraftGrid>;
/** `label` -1: in no grid. */
export type Atoms = FeatureCollection<
  Polygon,
  { key: number; label: number; households: number; people: number; buildings: number }
>;
export type Buildings = FeatureCollection<Point, { households: number; people: number }>;
