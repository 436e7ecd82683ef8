using System.Diagnostics;
using MetaStore.LoadGen.Load;
using MetaStore.LoadGen.Measuring;

namespace MetaStore.LoadGen.Leasing;

/// <summary>Keepalives as fast as they are answered: leases granted first, then streams over all endpoints that renew them.</summary>
internal static class KeepAliveRunner
{
    /// <summary>Streams that share a connection: clients have one each, but a thousand connections are too many here.</summary>
    private const int StreamsPerConnection = 10;
    private const long NanosPerTick = 100;
    private const int IdField = 2;

    /// <summary>Runs on the calling thread and returns what was measured; latency counts from sending a request to reading its answer.</summary>
    /// <exception cref="IOException">A server cannot be reached, or has ended a stream.</exception>
    public static LoadResult Run(LoadOptions options)
    {
        IReadOnlyList<Target> targets = LoadRunner.Targets(options);
        long[] leases = [.. Enumerable.Range(0, options.Leases).Select(_ => Grant(targets[0]))];
        int streams = Math.Min(options.Streams, Math.Min(options.Inflight, options.Leases));
        int connections = Math.Clamp((streams + StreamsPerConnection - 1) / StreamsPerConnection, Math.Min(targets.Count, streams), streams);
        long from = Stopwatch.GetTimestamp() + (options.WarmUp.Ticks * NanosPerTick);
        long until = from + (options.Duration.Ticks * NanosPerTick);
        KeepAliveStream[] running = [.. Enumerable.Range(0, streams).Select(i => new KeepAliveStream(
            leases.Where((_, lease) => lease % streams == i),
            (options.Inflight / streams) + (i < options.Inflight % streams ? 1 : 0),
            from,
            until))];

        // Connection i goes to target i, in turn: so does every stream on it.
        KeepAliveConnection[] opened = [.. Enumerable.Range(0, connections).Select(i => new KeepAliveConnection(
            targets[i % targets.Count], [.. running.Where((_, stream) => stream % connections == i)]))];
        ProcessCost cost = Drive(opened, from, until);
        RunRecorder recorder = new();
        Array.ForEach(running, stream => recorder.Add(stream.Recorder));
        Array.ForEach(opened, connection => connection.Dispose());
        return new LoadResult(
            new RunPlan(options, targets, connections, from, until), recorder, options.Duration, cost,
            opened.Sum(connection => connection.Bytes.Sent), opened.Sum(connection => connection.Bytes.Received));
    }

    /// <summary>Runs the connections until the end.</summary>
    /// <returns>What this process used from the start of the measurement on.</returns>
    private static ProcessCost Drive(KeepAliveConnection[] connections, long from, long until)
    {
        Poller poller = new(connections.Length);
        ProcessCost? before = null;
        for (long now = Stopwatch.GetTimestamp(); now < until; now = Stopwatch.GetTimestamp())
        {
            before ??= now >= from ? ProcessCost.Now() : null;
            for (int i = 0; i < connections.Length; i++)
            {
                connections[i].Go(poller, i);
            }

            poller.Wait((now < from ? from : until) - Stopwatch.GetTimestamp());
        }

        ProcessCost after = ProcessCost.Now();
        return after - (before ?? after);
    }

    private static long Grant(Target target)
    {
        ProtoFields fields = new(UnaryCaller.Call(target, RequestTemplate.LeaseGrant()));
        while (fields.MoveNext())
        {
            if (fields.Field == IdField)
            {
                return (long)fields.Number;
            }
        }

        throw new IOException($"{target.Authority} granted a lease without an id");
    }
}
