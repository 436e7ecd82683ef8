using MetaStore.Protocol.Etcd;
using Grpc.Core;

namespace MetaStore.Server.Leases;

/// <summary>The responses to a batch of renewals: gathered into one write, but never held back during a wait.</summary>
/// <remarks>The newest response is kept until the next one is added or <see cref="FlushAsync"/> is called; flush before waiting for anything else.</remarks>
internal sealed class KeepAliveResponses(IServerStreamWriter<LeaseKeepAliveResponse> responses)
{
    private static readonly WriteOptions Gathered = new(WriteFlags.BufferHint);

    private ResponseHeader? _header;
    private LeaseKeepAliveResponse? _newest;

    /// <summary>Requests of the batch that have been answered.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a batch.</summary>
    /// <param name="header">Used for all responses of the batch.</param>
    public void Begin(ResponseHeader header) => (_header, Count) = (header, 0);

    /// <summary>Adds the response to the next request.</summary>
    /// <exception cref="RpcException">The client disconnected.</exception>
    public async ValueTask AddAsync(LeaseKeepAliveResponse answer)
    {
        if (_newest is { } before)
        {
            responses.WriteOptions = Gathered;
            await responses.WriteAsync(before);
        }

        answer.Header = _header;
        _newest = answer;
        Count++;
    }

    /// <summary>Sends everything that is still kept.</summary>
    /// <exception cref="RpcException">The client disconnected.</exception>
    public async ValueTask FlushAsync()
    {
        if (_newest is { } last)
        {
            _newest = null;
            responses.WriteOptions = null;
            await responses.WriteAsync(last);
        }
    }
}
