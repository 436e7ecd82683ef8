using System.Threading.Channels;

namespace MetaStore.Server.Gateway;

/// <summary>Limits the gateway's concurrent calls; more wait.</summary>
/// <remarks>etcd's gateway is one gRPC connection to its own server, so <c>--max-concurrent-streams</c> bounds it like any connection.</remarks>
/// <param name="count">At least one.</param>
internal sealed class CallPlaces(int count)
{
    /// <summary>One item per open call: full when the limit is reached.</summary>
    private readonly Channel<bool> _taken = Channel.CreateBounded<bool>(count);

    /// <summary>Waits until the call may start; disposing the result ends it.</summary>
    public async ValueTask<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await _taken.Writer.WriteAsync(true, cancellationToken);
        return new Place(_taken.Reader);
    }

    private sealed class Place(ChannelReader<bool> taken) : IDisposable
    {
        public void Dispose() => taken.TryRead(out _);
    }
}
