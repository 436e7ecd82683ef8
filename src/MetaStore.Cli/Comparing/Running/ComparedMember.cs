using MetaStore.Cli.CommandLine.Values;
using MetaStore.Client;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>One member during a comparison.</summary>
/// <param name="Endpoint">Its endpoint.</param>
/// <param name="Client">A client of this member only.</param>
/// <param name="Id">Its member ID.</param>
/// <param name="Before">All its settings before the comparison.</param>
internal sealed record ComparedMember(Endpoint Endpoint, MetaStoreClient Client, ulong Id, BatchSettings Before);
