import * as z from 'zod';

export const CodeModule = z
  .strictObject({ module: z.string(), file: z.string(), sha256: z.string() })
  .meta({ id: 'CodeModule' });

/** Which code produced a run: the hash of every workspace module it imported, and the state of the repository. */
export const CodeIdentity = z
  .strictObject({
    modules: z.array(CodeModule),
    git_commit: z.string().optional(),
    git_dirty: z.boolean().optional(),
  })
  .meta({ id: 'CodeIdentity' });
export type CodeIdentity = z.infer<typeof CodeIdentity>;
