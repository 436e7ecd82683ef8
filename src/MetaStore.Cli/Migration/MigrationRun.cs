using System.Globalization;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Terminals;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Migration;

/// <summary>
/// Copies all keys of a running cluster to another one, follows the changes, and, for the cut-over, waits until no more come and the target has all.
/// </summary>
/// <remarks>
/// Both are any servers of the etcd v3 API. Copied are keys, values and leases; revisions, versions and history are the target's own, and users and
/// roles are not copied. An interrupted run is continued by comparing: only what differs is written again.
/// </remarks>
internal sealed class MigrationRun(MetaStoreClient source, MetaStoreClient target, TimeProvider time)
{
    /// <summary>What to do after an interruption.</summary>
    internal const string Continue = "run the same command with --resume: it compares both and writes only what differs";

    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);

    /// <summary>Checks in a row, one per <see cref="ReportEvery"/>, in which the source must not have changed.</summary>
    private const int QuietChecks = 3;

    private readonly TargetLeases _leases = new(source, target, time);

    /// <summary>Runs until the cut-over is complete, or without it until it is cancelled.</summary>
    /// <param name="resume">The target may have keys; those that the source does not have are deleted.</param>
    /// <param name="cutOver">Ends when the source is quiet and both are equal.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <exception cref="InputException">The target has keys already, or the run cannot continue; the message says what to do.</exception>
    public async Task RunAsync(bool resume, bool cutOver, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var renewing = _leases.RenewAsync(stop.Token);
        try
        {
            await CheckTargetAsync(resume, stop.Token);
            await FollowAsync(cutOver, renewing, stop.Token);
        }
        catch (WatchCompactedException)
        {
            throw new InputException($"the source compacted changes that were not copied yet; {Continue}");
        }
        catch (RpcException failed) when (!cancellation.IsCancellationRequested)
        {
            throw new InputException($"{failed.Status.Detail}; {Continue}");
        }
        finally
        {
            await stop.CancelAsync();
            await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<long> CountAsync(MetaStoreClient client, CancellationToken cancellation) =>
        (await client.Kv.RangeAsync(new RangeRequest { Key = KeyRange.All.Key, RangeEnd = KeyRange.All.RangeEnd, CountOnly = true }, cancellation)).Count;

    private static async Task<long> RevisionAsync(MetaStoreClient client, CancellationToken cancellation) =>
        (await client.Kv.RangeAsync(new RangeRequest { Key = KeyRange.All.Key, CountOnly = true }, cancellation)).Header.Revision;

    private static void Say(FormattableString line) => Terminal.Complain(line.ToString(CultureInfo.InvariantCulture));

    private async Task CheckTargetAsync(bool resume, CancellationToken cancellation)
    {
        var held = await CountAsync(target, cancellation);
        if (held > 0 && !resume)
        {
            throw new InputException($"the target has {held} keys. If they are from an earlier run, add --resume: keys that the source does not have are then deleted in the target");
        }
    }

    private async Task FollowAsync(bool cutOver, Task renewing, CancellationToken cancellation)
    {
        var writer = new TargetWriter(target, _leases);
        var start = await RevisionAsync(source, cancellation);
        await CopyAsync(writer, start, cancellation);
        var feed = new ChangeFeed(source, writer);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var following = feed.RunAsync(start, end.Token);
        try
        {
            await WatchProgressAsync(feed, writer, [following, renewing], cutOver, cancellation);
        }
        finally
        {
            await end.CancelAsync();
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <param name="feed">What is followed.</param>
    /// <param name="writer">What it writes to.</param>
    /// <param name="endless">Work that does not end by itself: the end of any is a failure, which ends this too.</param>
    /// <param name="cutOver">Ends when the source is quiet and both are equal.</param>
    /// <param name="cancellation">Ends it.</param>
    private async Task WatchProgressAsync(ChangeFeed feed, TargetWriter writer, Task[] endless, bool cutOver, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(ReportEvery, time);
        for (var (quiet, last) = (0, 0L); await timer.WaitForNextTickAsync(cancellation);)
        {
            await Task.WhenAll(endless.Where(work => work.IsCompleted));
            var revision = await RevisionAsync(source, cancellation);
            var applied = feed.Applied;
            quiet = revision == last && applied >= revision ? quiet + 1 : 0;
            last = revision;
            Say($"source at revision {revision}, target has all up to {applied}, {revision - applied} to go; {writer.Written} keys written, {_leases.Count} leases kept");
            if (cutOver && quiet >= QuietChecks && await IsEqualAsync(revision, cancellation))
            {
                return;
            }
        }
    }

    private async Task CopyAsync(TargetWriter writer, long revision, CancellationToken cancellation)
    {
        Say($"copying the keys of revision {revision}");
        var reported = time.GetTimestamp();
        var comparison = new KeyComparison(source, target);
        await foreach (var difference in comparison.RunAsync(revision, cancellation))
        {
            await (difference.Source is { } pair ? writer.PutAsync(pair, cancellation) : writer.DeleteAsync(difference.Key, cancellation));
            if (time.GetElapsedTime(reported) >= ReportEvery)
            {
                reported = time.GetTimestamp();
                Say($"{comparison.Compared} keys compared, {writer.Written} written");
            }
        }

        await writer.FlushAsync(cancellation);
        Say($"{comparison.Compared} keys compared, {writer.Written} written: the copy of revision {revision} is complete; following the changes");
    }

    private async Task<bool> IsEqualAsync(long revision, CancellationToken cancellation)
    {
        var comparison = new KeyComparison(source, target);
        var differences = new List<KeyDifference>();
        await foreach (var difference in comparison.RunAsync(revision, cancellation))
        {
            differences.Add(difference);
        }

        if (await RevisionAsync(source, cancellation) != revision)
        {
            Say($"the source was written to while both were compared: stop its writers for the cut-over");
            return false;
        }

        if (differences.Count > 0)
        {
            throw new InputException($"{differences.Count} keys differ, the first is \"{differences[0].Key.ToStringUtf8()}\": something else writes to the target. Stop it; then {Continue}");
        }

        Terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"cut-over: the target has all {comparison.Compared} keys of revision {revision}, verified; point the clients to the target now"));
        return true;
    }
}
