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

    /// <summary>Runs and returns what was measured; latency counts from sending a request to reading its answer.</summary>
    /// <exception cref="IOException">A server cannot be reached, or has ended a stream.</exception>
    public static async Task<LoadResult> RunAsync(LoadOptions options)
    {
        IReadOnlyList<Target> targets = LoadRunner.Targets(options);
        long[] leases = [.. Enumerable.Range(0, options.Leases).Select(_ => Grant(targets[0]))];
        using CancellationTokenSource end = new();
        int streams = Math.Min(options.Streams, Math.Min(options.Inflight, options.Leases));
        int connections = Math.Max(targets.Count, (streams + StreamsPerConnection - 1) / StreamsPerConnection);
        HttpMessageInvoker[] https = [.. Enumerable.Range(0, connections).Select(_ => new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false }))];

        // Connection i goes to target i, in turn: so does every stream on it.
        KeepAliveStream[] running = [.. Enumerable.Range(0, streams).Select(i => new KeepAliveStream(
            https[i % connections],
            targets[i % connections % targets.Count].Authority,
            [.. leases.Where((_, lease) => lease % streams == i)],
            (options.Inflight / streams) + (i < options.Inflight % streams ? 1 : 0),
            end.Token))];
        long from = Stopwatch.GetTimestamp() + (options.WarmUp.Ticks * NanosPerTick);
        long until = from + (options.Duration.Ticks * NanosPerTick);
        Task all = Task.WhenAll(running.Select(stream => Task.Run(() => stream.RunAsync(from, until))));
        await WaitAsync(options.WarmUp, all);
        ProcessCost before = ProcessCost.Now();
        await WaitAsync(options.Duration, all);
        ProcessCost cost = ProcessCost.Now() - before;
        await end.CancelAsync();
        await all.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        Array.ForEach(https, http => http.Dispose());

        RunRecorder recorder = new();
        Array.ForEach(running, stream => recorder.Add(stream.Recorder));
        return new LoadResult(new RunPlan(options, targets, connections, from, until), recorder, options.Duration, cost, 0, 0);
    }

    /// <summary>Waits; a stream that ends before is an error.</summary>
    private static async Task WaitAsync(TimeSpan time, Task streams)
    {
        if (await Task.WhenAny(streams, Task.Delay(time)) == streams)
        {
            await streams;
        }
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
