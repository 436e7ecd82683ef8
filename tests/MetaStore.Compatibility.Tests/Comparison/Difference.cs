using Google.Protobuf;
using MetaStore.Compatibility.Tests.Wire;

namespace MetaStore.Compatibility.Tests.Comparison;

/// <summary>One request that two servers answered differently.</summary>
internal sealed record Difference(int Seed, int Number, IMessage Request, WireAnswer Reference, WireAnswer Tested)
{
    public override string ToString() => $"""
        seed={Seed} request={Number} {Request.Descriptor.Name} {JsonFormatter.Default.Format(Request)}
          etcd   {Reference}
          tested {Tested}
        """;
}
