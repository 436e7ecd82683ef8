using Google.Protobuf;
using MetaStore.Compatibility.Tests.Wire;

namespace MetaStore.Compatibility.Tests.Comparison;

/// <summary>One request to which two servers responded differently.</summary>
internal sealed record Difference(int Seed, int Number, IMessage Request, WireAnswer Reference, WireAnswer Tested)
{
    private const int ShownAround = 300;

    public override string ToString()
    {
        var (expected, actual) = (Reference.ToString(), Tested.ToString());
        var same = expected.AsSpan().CommonPrefixLength(actual);
        return $"""
            seed={Seed} request={Number} {Request.Descriptor.Name} {JsonFormatter.Default.Format(Request)}
              first difference at character {same}
              etcd   {Around(expected, same)}
              tested {Around(actual, same)}
            """;
    }

    private static string Around(string text, int position)
    {
        var from = Math.Max(0, position - ShownAround);
        var to = Math.Min(text.Length, position + ShownAround);
        return $"{(from > 0 ? "..." : string.Empty)}{text[from..to]}{(to < text.Length ? "..." : string.Empty)}";
    }
}
