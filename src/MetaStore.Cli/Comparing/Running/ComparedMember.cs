using MetaStore.Cli.CommandLine.Values;
using MetaStore.Client;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>One member during a comparison.</summary>
/// <param name="Endpoint">Where it is asked.</param>
/// <param name="Client">A client of it alone.</param>
/// <param name="Id">Its member id.</param>
/// <param name="Before">Every setting it had before the comparison.</param>
internal sealed record ComparedMember(Endpoint Endpoint, MetaStoreClient Client, ulong Id, BatchSettings Before);
