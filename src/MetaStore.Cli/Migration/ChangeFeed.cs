using System.Threading.Channels;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Migration;

/// <summary>Applies every change of the source to the target, in order. Changes that came while a transaction was out go together into the next ones.</summary>
internal sealed class ChangeFeed(MetaStoreClient source, TargetWriter target)
{
    /// <summary>Answers that wait for the target: the source is read no faster than that.</summary>
    private const int AnswersAhead = 256;

    private long _applied;

    /// <summary>The source's revision up to which the target has everything. Any thread.</summary>
    public long Applied => Volatile.Read(ref _applied);

    /// <summary>Runs until it is cancelled.</summary>
    /// <param name="revision">Revision of the source that the target has.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="WatchCompactedException">The source compacted changes that were not applied yet.</exception>
    public async Task RunAsync(long revision, CancellationToken cancellation)
    {
        Volatile.Write(ref _applied, revision);
        var changes = Channel.CreateBounded<WatchResponse>(new BoundedChannelOptions(AnswersAhead) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync(revision + 1, changes.Writer, cancellation);
        while (await changes.Reader.WaitToReadAsync(cancellation))
        {
            var newest = Applied;
            while (changes.Reader.TryRead(out var response))
            {
                foreach (var change in response.Events)
                {
                    await ApplyAsync(change, cancellation);
                    newest = change.Kv.ModRevision;
                }
            }

            await target.FlushAsync(cancellation);
            Volatile.Write(ref _applied, newest);
        }

        await reading;
    }

    private async Task ReadAsync(long revision, ChannelWriter<WatchResponse> changes, CancellationToken cancellation)
    {
        try
        {
            var request = new WatchCreateRequest { Key = KeyRange.All.Key, RangeEnd = KeyRange.All.RangeEnd, StartRevision = revision };
            await foreach (var response in source.Watch.WatchAsync(request, cancellation))
            {
                await changes.WriteAsync(response, cancellation);
            }
        }
        finally
        {
            changes.Complete();
        }
    }

    private Task ApplyAsync(Event change, CancellationToken cancellation) => change.Type == Event.Types.EventType.Delete
        ? target.DeleteAsync(change.Kv.Key, cancellation)
        : target.PutAsync(change.Kv, cancellation);
}
