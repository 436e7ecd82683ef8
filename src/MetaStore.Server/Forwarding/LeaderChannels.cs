using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Server.Listening.Tls;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Forwarding;

/// <summary>Channels to other members' client addresses, for calls that only the leader can answer. Few, and kept until the end.</summary>
/// <remarks>
/// When the certificates of this member change, later calls go over new connections. Calls in flight stay on the former ones, which end with the next
/// change.
/// </remarks>
/// <param name="members">Their addresses.</param>
/// <param name="credentials">For https addresses; gives another object after a change.</param>
internal sealed class LeaderChannels(MemberStore members, Func<MemberCredentials?> credentials) : IDisposable
{
    private readonly Lock _gate = new();
    private Dictionary<string, GrpcChannel> _channels = new(StringComparer.Ordinal);
    private Dictionary<string, GrpcChannel> _former = [];
    private MemberCredentials? _credentials = credentials();
    private bool _isDisposed;

    /// <summary>The channel to a member; null while it has published no address, and after the end. Stays this object's.</summary>
    public ChannelBase? To(ulong member)
    {
        IReadOnlyList<string> urls = members.Find(member)?.ClientUrls ?? [];
        if (urls.Count == 0)
        {
            return null;
        }

        string key = string.Join(',', urls);
        lock (_gate)
        {
            if (_isDisposed)
            {
                return null;
            }

            if (credentials() is var current && current != _credentials)
            {
                Dispose(_former);
                (_former, _channels, _credentials) = (_channels, new Dictionary<string, GrpcChannel>(StringComparer.Ordinal), current);
            }

            if (!_channels.TryGetValue(key, out GrpcChannel? channel))
            {
                channel = _channels[key] = Open([.. urls.Select(url => new Uri(url))], current);
            }

            return channel;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Dispose(_former);
            Dispose(_channels);
        }
    }

    private static void Dispose(Dictionary<string, GrpcChannel> channels)
    {
        foreach (GrpcChannel channel in channels.Values)
        {
            channel.Dispose();
        }
    }

    /// <summary>Addresses with TLS are preferred; those of the other kind are not mixed with them.</summary>
    private static GrpcChannel Open(Uri[] all, MemberCredentials? credentials)
    {
        Uri[] secure = [.. all.Where(url => url.Scheme == Uri.UriSchemeHttps)];
        Uri[] urls = secure.Length > 0 ? secure : all;
        return GrpcChannel.ForAddress(
            urls[0],
            new GrpcChannelOptions
            {
                HttpHandler = MemberConnections.Handler(urls, credentials),
                DisposeHttpClient = true,
                MaxReceiveMessageSize = null,
                MaxSendMessageSize = null,

                // Only the caller knows whether a call may be repeated.
                MaxRetryAttempts = null,
            });
    }
}
