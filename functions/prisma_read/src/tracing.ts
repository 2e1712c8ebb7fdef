/** X-Ray, in the only module that knows its SDK. No fault of tracing ever reaches a user. */
import xray from "aws-xray-sdk-core";

xray.setContextMissingStrategy("IGNORE_ERROR");
xray.setLogger({ debug() {}, info() {}, warn() {}, error() {} });

/** Runs work in a subsegment with annotations; without a daemon, or without tracing, it just runs. */
export async function traced<T>(annotations: Record<string, string | boolean>, work: () => Promise<T>): Promise<T> {
  let begun = false;
  const run = (): Promise<T> => {
    begun = true;
    return work();
  };
  try {
    return await xray.captureAsyncFunc("prisma", async (subsegment) => {
      for (const [name, value] of Object.entries(annotations)) subsegment?.addAnnotation(name, value);
      try {
        const result = await run();
        subsegment?.close();
        return result;
      } catch (error) {
        subsegment?.close(error instanceof Error ? error : String(error));
        throw error;
      }
    });
  } catch (error) {
    if (begun) throw error;
    return work();
  }
}
