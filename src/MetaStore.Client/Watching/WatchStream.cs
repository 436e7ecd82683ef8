using Grpc.Core;
using MetaStore.Client.Endpoints;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Client.Watching;

/// <summary>One stream of a watch: from its opening until it breaks. Reassembles fragments.</summary>
internal sealed class WatchStream : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly EndpointBalancer _balancer;
    private readonly WatchPosition _position;
    private readonly int _endpoint;
    private DuplexCall<WatchRequest, WatchResponse>? _call;
    private WatchResponse? _whole;

    public WatchStream(EndpointBalancer balancer, WatchPosition position)
    {
        _balancer = balancer;
        _position = position;
        _endpoint = balancer.Current;
    }

    /// <summary>The next whole response, or null when the stream has ended and another one is to be opened.</summary>
    public async ValueTask<WatchResponse?> NextAsync(CancellationToken cancellation)
    {
        try
        {
            var call = _call ?? await OpenAsync(cancellation).ConfigureAwait(false);
            while (await call.ReadAsync().ConfigureAwait(false) is { } part)
            {
                if (Whole(part) is { } response)
                {
                    if (response.Canceled && _balancer.ForgetToken(response.CancelReason))
                    {
                        // With another token the same watch is created.
                        break;
                    }

                    Check(response);
                    _position.Advance(response);
                    return response;
                }
            }
        }
        catch (RpcException broken) when (broken.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.DeadlineExceeded)
        {
            // Another member may have a leader, or issue the token that this one did not; a watch waits for one without a time limit.
        }

        cancellation.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>Moves on to the next endpoint and waits, longer with every consecutive stream without events.</summary>
    public Task PauseAsync(CancellationToken cancellation)
    {
        _balancer.MoveOnFrom(_endpoint);
        var pause = FirstPause * Math.Pow(2, Math.Min(_position.Failures, 5));
        _position.Fail();
        return Task.Delay(pause < LongestPause ? pause : LongestPause, _balancer.Time, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _call?.Dispose();

    private async Task<DuplexCall<WatchRequest, WatchResponse>> OpenAsync(CancellationToken cancellation)
    {
        await _balancer.EnsureTokenAsync(_endpoint, _balancer.CommandTimeout, cancellation).ConfigureAwait(false);

        // Without it a watch on a member that is cut off from its leader would wait forever.
        var headers = new Metadata { { "hasleader", "true" } };
        _call = _balancer.OpenDuplex(static (member, options) => member.Watch.Watch(options), _endpoint, null, headers, cancellation);
        await _call.WriteAsync(_position.Request).ConfigureAwait(false);
        return _call;
    }

    private WatchResponse? Whole(WatchResponse part)
    {
        if (_whole is null)
        {
            _whole = part;
        }
        else
        {
            _whole.Events.Add(part.Events);
        }

        if (part.Fragment)
        {
            return null;
        }

        (var whole, _whole) = (_whole, null);
        whole.Fragment = false;
        return whole;
    }

    private static void Check(WatchResponse response)
    {
        if (!response.Canceled)
        {
            return;
        }

        throw response.CompactRevision != 0
            ? new WatchCompactedException(response.CompactRevision)
            : new RpcException(new Status(StatusCode.FailedPrecondition, response.CancelReason));
    }
}
