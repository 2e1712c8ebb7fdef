/** X-Ray tracing. Only this module knows the X-Ray SDK, and no fault of tracing ever reaches a user. */
import xray from "aws-xray-sdk-core";

type Annotations = Readonly<Record<string, string | boolean>>;

xray.setContextMissingStrategy("IGNORE_ERROR");
xray.setLogger({ debug() {}, info() {}, warn() {}, error() {} });

/**
 * The stand-in for Lambda's own segment, which follows the invocation's trace header. The SDK puts it into
 * the context that loads the SDK, and the handler may be called in another context. So it is kept here.
 */
const lambdaSegment = process.env["LAMBDA_TASK_ROOT"] === undefined ? undefined : xray.getSegment();

/** Runs an invocation's work in the subsegment `prisma`, with annotations; without tracing, just runs it. */
export function invocation<T>(annotations: Annotations, work: () => Promise<T>): Promise<T> {
  if (lambdaSegment === undefined) return work();
  return safely(work, (run) =>
    xray.getNamespace().runAndReturn(() => {
      xray.setSegment(lambdaSegment);
      return subsegment("prisma", annotations, run);
    }),
  );
}

/** Runs an operation of the client in its own subsegment, below the invocation's. */
export function operation<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (lambdaSegment === undefined) return work();
  return safely(work, (run) => subsegment(name, {}, run));
}

function subsegment<T>(name: string, annotations: Annotations, work: () => Promise<T>): Promise<T> {
  return xray.captureAsyncFunc(name, async (current) => {
    for (const [key, value] of Object.entries(annotations)) current?.addAnnotation(key, value);
    try {
      return await work();
    } catch (error) {
      // Only the flag: an error's text may hold what was read.
      current?.addFaultFlag();
      throw error;
    } finally {
      current?.close();
    }
  });
}

/** Runs work exactly once, whether tracing fails before it, after it or not at all. */
async function safely<T>(work: () => Promise<T>, tracing: (run: () => Promise<T>) => Promise<T>): Promise<T> {
  let result: Promise<T> | undefined;
  try {
    await tracing(() => (result = work()));
  } catch {
    // Either the work's own fault, raised again below, or a fault of tracing, which no one needs to see.
  }
  return await (result ?? work());
}
