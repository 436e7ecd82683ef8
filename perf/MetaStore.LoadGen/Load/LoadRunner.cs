using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Text;
using MetaStore.LoadGen.Measuring;
using MetaStore.LoadGen.Tls;

namespace MetaStore.LoadGen.Load;

/// <summary>Runs one load: finds the servers, fills the key space if the run reads, warms up, measures.</summary>
internal static class LoadRunner
{
    private const long NanosPerTick = 100;

    /// <summary>Calls that one connection carries before another is opened by default.</summary>
    private const int CallsPerConnection = 125;

    /// <summary>The same when calls are gathered: as many as a stream may have open.</summary>
    private const int OperationsPerConnection = 1000;
    private const int TokenField = 2;
    private const int DefaultConnectionsMax = 8;

    /// <summary>Runs and returns what was measured.</summary>
    /// <exception cref="IOException">A server cannot be reached before the run.</exception>
    public static LoadResult Run(LoadOptions options)
    {
        IReadOnlyList<Target> targets = Targets(options);
        bool reads = options.Workload is WorkloadKind.Range or WorkloadKind.RangeSerializable or WorkloadKind.Mixed;
        if (reads && options.Fill)
        {
            LoadOptions fill = options with
            {
                Workload = WorkloadKind.Put,
                SequentialKeys = true,
                Threads = 1,
                Inflight = 200,
                Rate = 0,
                Count = options.Keys,
                WarmUp = TimeSpan.Zero,
            };
            Measure(fill, targets);
        }

        return Measure(options, targets);
    }

    /// <summary>Where the load goes.</summary>
    /// <exception cref="IOException">The leader is the target, and there is no leader.</exception>
    public static IReadOnlyList<Target> Targets(LoadOptions options)
    {
        IReadOnlyList<Target> targets = [.. options.Endpoints.Select(endpoint => Resolve(endpoint, options.AuthorityFile))];
        if (options.User is { } user)
        {
            string token = TokenOf(targets[0], user);
            targets = [.. targets.Select(target => target with { Token = token })];
        }

        return options.LeaderOnly ? [LeaderFinder.Find(targets)] : targets;
    }

    private static LoadResult Measure(LoadOptions options, IReadOnlyList<Target> targets)
    {
        int perConnection = options.Gather ? OperationsPerConnection : CallsPerConnection;
        int wanted = options.Rate > 0 ? DefaultConnectionsMax : Math.Clamp(options.Inflight / perConnection, 1, DefaultConnectionsMax);
        int connections = options.Connections > 0 ? options.Connections : Math.Max(wanted, targets.Count);
        options = options with { Threads = Math.Min(options.Threads, Math.Min(connections, options.Inflight)) };
        connections = Math.Clamp(connections, options.Threads, Math.Max(options.Inflight, options.Threads));
        long from = Stopwatch.GetTimestamp() + (options.WarmUp.Ticks * NanosPerTick);
        long until = options.Count > 0 ? long.MaxValue : from + (options.Duration.Ticks * NanosPerTick);
        RunPlan plan = new(options, targets, connections, from, until);
        LoadLoop[] loops = [.. Enumerable.Range(0, options.Threads).Select(index => new LoadLoop(plan, index))];
        Thread[] threads = [.. loops.Select(loop => new Thread(loop.Run) { IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());

        WaitUntil(from, threads);
        ProcessCost before = ProcessCost.Now();
        WaitUntil(until, threads);
        ProcessCost cost = ProcessCost.Now() - before;
        Array.ForEach(threads, thread => thread.Join());

        RunRecorder recorder = new();
        Array.ForEach(loops, loop => recorder.Add(loop.Recorder));
        long end = options.Count > 0 ? loops.Max(loop => loop.LastEnd) : until;
        return new LoadResult(
            plan,
            recorder,
            TimeSpan.FromTicks((end - from) / NanosPerTick),
            cost,
            loops.Sum(loop => loop.BytesSent),
            loops.Sum(loop => loop.BytesReceived));
    }

    private static void WaitUntil(long timestamp, Thread[] threads)
    {
        long nanos = timestamp - Stopwatch.GetTimestamp();
        if (nanos <= 0)
        {
            return;
        }

        // A loop ends early only when a number of calls was given; then there is nothing to wait for but the loops.
        TimeSpan left = timestamp == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(nanos / NanosPerTick);
        if (left == Timeout.InfiniteTimeSpan)
        {
            Array.ForEach(threads, thread => thread.Join());
        }
        else
        {
            using ManualResetEventSlim never = new();
            never.Wait(left);
        }
    }

    private static string TokenOf(Target target, string user)
    {
        int colon = user.IndexOf(':', StringComparison.Ordinal);
        ProtoFields fields = new(UnaryCaller.Call(target, RequestTemplate.Authenticate(user[..colon], user[(colon + 1)..])));
        while (fields.MoveNext())
        {
            if (fields.Field == TokenField)
            {
                return Encoding.ASCII.GetString(fields.Bytes);
            }
        }

        throw new IOException($"{target.Authority} gave no token");
    }

    private static Target Resolve(string endpoint, string? authorityFile)
    {
        string authority = endpoint[(endpoint.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0 ? scheme + "://".Length : 0)..];
        bool isTls = endpoint.StartsWith("https://", StringComparison.Ordinal);
        int colon = authority.LastIndexOf(':');
        string host = colon < 0 ? authority : authority[..colon];
        int port = colon < 0 ? 2379 : int.Parse(authority[(colon + 1)..]);
        IPAddress address = IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? parsed) ? parsed : Dns.GetHostAddresses(host)[0];
        SslClientAuthenticationOptions? tls = isTls ? TrustedAuthority.Options(authorityFile!, host.Trim('[', ']')) : null;
        return new Target(new IPEndPoint(address, port), authority, Tls: tls);
    }
}
