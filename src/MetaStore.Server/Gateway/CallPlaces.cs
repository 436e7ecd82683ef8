using System.Threading.Channels;

namespace MetaStore.Server.Gateway;

/// <summary>How many calls the gateway has open at once; more wait.</summary>
/// <remarks>etcd's gateway is one gRPC connection to itself, so <c>--max-concurrent-streams</c> bounds it as it bounds any connection.</remarks>
/// <param name="count">At least one.</param>
internal sealed class CallPlaces(int count)
{
    /// <summary>One item per open call: it is full when all places are taken.</summary>
    private readonly Channel<bool> _taken = Channel.CreateBounded<bool>(count);

    /// <summary>Waits for a place; disposing of the result gives it back.</summary>
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
