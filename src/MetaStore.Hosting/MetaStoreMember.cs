using System.Net;
using MetaStore.Server.Hosting.Lifetime;

namespace MetaStore.Hosting;

/// <summary>The member of this host. A service of the host; thread-safe.</summary>
public sealed class MetaStoreMember
{
    private readonly MetaStoreHostedService _service;

    internal MetaStoreMember(MetaStoreHostedService service) => _service = service;

    /// <summary>The addresses that serve clients, with the real ports where the configuration says 0.</summary>
    /// <exception cref="InvalidOperationException">The host has not started the member.</exception>
    public IReadOnlyList<IPEndPoint> ClientEndPoints => _service.Member.ClientEndPoints;

    /// <summary>
    /// Waits until the member serves: the cluster has a leader and knows this member. The start of the host does not wait for it, because the first
    /// members of a cluster start before there is a quorum.
    /// </summary>
    /// <exception cref="InvalidOperationException">The host has not started the member.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public Task WaitUntilServingAsync(CancellationToken cancellationToken = default) => _service.Member.Serving.WaitAsync(cancellationToken);
}
