import * as z from 'zod';

/** A word for a sweep: one line. */
const TAG = /^[^\p{Cc}\s](?:[^\p{Cc}]{0,38}[^\p{Cc}\s])?$/u;
/** An address of the page: a path of its own server, nothing else. */
const ADDRESS = /^\/(?!\/)[^\p{Cc}\s\\]{0,1999}$/u;
// Of a text, lines and tabs are all that is not a letter.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const MOST = { tags: 20, views: 200, annotations: 2000 } as const;

const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((found) => !CONTROL.test(found), 'expected text without control characters');
const label = z.string().max(1000).nullable();
const time = z.iso.datetime();

const annotationSchema = z.object({
  id: z.string().max(60),
  checkpoint: label,
  layer: label,
  unit: z.int().min(0).nullable(),
  text: text(2000).min(1),
  written: time,
});
const viewSchema = z.object({
  name: text(100).min(1),
  address: z
    .string()
    .regex(ADDRESS, 'expected an address of this page, such as /sweeps/demo/trend?layer=conv4'),
  saved: time,
});
export const notesSchema = z.object({
  format: z.literal('unitscope.notes/1'),
  tags: z.array(z.string().regex(TAG, 'expected a tag of one line, at most 40 characters')).max(MOST.tags),
  notes: text(4000),
  views: z.array(viewSchema).max(MOST.views),
  annotations: z.array(annotationSchema).max(MOST.annotations),
});

/** What people wrote of a sweep. */
export type Notes = z.infer<typeof notesSchema>;
/** Of a checkpoint, or of a unit at one checkpoint or (null) at all of them. */
export type Annotation = z.infer<typeof annotationSchema>;
export type SavedView = z.infer<typeof viewSchema>;

export const NO_NOTES: Notes = {
  format: 'unitscope.notes/1',
  tags: [],
  notes: '',
  views: [],
  annotations: [],
};
