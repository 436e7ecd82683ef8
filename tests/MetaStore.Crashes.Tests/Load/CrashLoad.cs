using MetaStore.Crashes.Tests.Model;

namespace MetaStore.Crashes.Tests.Load;

/// <summary>Writers and a maintenance task that work on one member until it is killed.</summary>
/// <remarks>The maintenance task compacts history, up to what was checked, and defragments; both wait for completion, so that kills happen during them.</remarks>
internal static class CrashLoad
{
    private const int Writers = 6;

    /// <summary>Runs until the token fires and every call has completed or failed.</summary>
    /// <returns>All calls, in no order across writers.</returns>
    public static async Task<IReadOnlyList<CrashCall>> RunAsync(CallSender sender, StoreModel model, Random random, string name, CancellationToken gone)
    {
        var (known, compacted) = (model.Revision, model.Compacted);
        var writers = Enumerable.Range(0, Writers)
            .Select(i => WriteAsync(sender, new CallSource(new Random(random.Next()), $"{name}w{i}"), gone)).ToList();
        writers.Add(CareAsync(sender, new Random(random.Next()), compacted, known, gone));
        return [.. (await Task.WhenAll(writers)).SelectMany(calls => calls)];
    }

    private static async Task<List<CrashCall>> WriteAsync(CallSender sender, CallSource source, CancellationToken gone)
    {
        var calls = new List<CrashCall>();
        while (!gone.IsCancellationRequested)
        {
            var call = source.Next();
            calls.Add(call);
            await sender.SendAsync(call, gone);
            source.Learn(call);
        }

        return calls;
    }

    private static async Task<List<CrashCall>> CareAsync(CallSender sender, Random random, long compacted, long known, CancellationToken gone)
    {
        var calls = new List<CrashCall>();
        while (!gone.IsCancellationRequested)
        {
            // In small steps, so that several compactions fit into one round.
            var target = compacted + Math.Max(1, (known - compacted) / 3);
            CrashCall call = target <= known && random.Next(2) == 0 ? new CompactCall(target, random.Next(4) > 0) : new DefragmentCall();
            calls.Add(call);
            await sender.SendAsync(call, gone);
            if (call is CompactCall)
            {
                compacted = target;
            }
        }

        return calls;
    }
}
