/** `-STEP-AGGREGATION-PRICE-SOURCE`, and what a composite bar type is made of. */
const specification = /-\d+-[A-Z_]+-[A-Z_]+-(?:EXTERNAL|INTERNAL)(?:@.*)?$/;

/** The instrument of a bar type, whose own id may have hyphens and numbers; an instrument id stays as it is. */
export function instrumentOfBarType(barType: string): string {
  return barType.replace(specification, '');
}
