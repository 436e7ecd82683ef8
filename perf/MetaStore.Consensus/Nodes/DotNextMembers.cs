using System.Buffers.Binary;
using System.Net;
using DotNext.Buffers;
using DotNext.Net.Cluster.Consensus.Raft.Membership;

namespace MetaStore.Consensus.Nodes;

/// <summary>The members of a DotNext cluster: fixed and the same on each, so that none has to be added while it runs.</summary>
internal sealed class DotNextMembers : InMemoryClusterConfigurationStorage<EndPoint>
{
    public static DotNextMembers Of(NodeSettings settings)
    {
        DotNextMembers members = new();
        var initial = members.CreateInitialConfigurationBuilder();
        for (var id = 1; id <= settings.Ports.Length; id++)
        {
            initial.Add(settings.Address(id));
        }

        initial.Build();
        return members;
    }

    protected override void Encode(EndPoint address, ref BufferWriterSlim<byte> output)
    {
        Span<byte> port = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(port, ((IPEndPoint)address).Port);
        output.Write(port);
    }

    protected override EndPoint Decode(ref SequenceReader reader) => new IPEndPoint(IPAddress.Loopback, reader.ReadLittleEndian<int>());
}
