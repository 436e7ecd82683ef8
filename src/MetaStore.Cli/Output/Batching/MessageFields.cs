using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MetaStore.Cli.Output.Batching;

/// <summary>A message as names and values, one per number: for <c>-w fields</c> of messages that etcd does not have.</summary>
internal static class MessageFields
{
    /// <summary>Only printed with <c>-w json</c>: up to 64 batches with six numbers each.</summary>
    private const string FinishedBatches = "recent_batches";

    public static IEnumerable<(string Name, object Value)> Of(IMessage message, string prefix = "")
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder().Where(field => field.Name != FinishedBatches))
        {
            var (name, value) = (prefix + field.Name, field.Accessor.GetValue(message));
            if (field.IsRepeated)
            {
                var items = ((System.Collections.IEnumerable)value).Cast<object>().ToArray();
                if (field.FieldType != FieldType.Message)
                {
                    yield return (name, $"[{string.Join(' ', items.Select(item => FormattableString.Invariant($"{item}")))}]");
                    continue;
                }

                for (var i = 0; i < items.Length; i++)
                {
                    foreach (var inner in Of((IMessage)items[i], $"{name}.{i}."))
                    {
                        yield return inner;
                    }
                }
            }
            else if (value is IMessage nested)
            {
                foreach (var inner in Of(nested, name + "."))
                {
                    yield return inner;
                }
            }
            else if (value is not null && (!field.HasPresence || field.Accessor.HasValue(message)))
            {
                yield return (name, field.FieldType switch
                {
                    FieldType.Enum => QuotedBytes.Of(field.EnumType.FindValueByNumber((int)value)?.Name ?? $"{(int)value}"),
                    FieldType.String => QuotedBytes.Of((string)value),
                    FieldType.Bool => (bool)value ? "true" : "false",
                    _ => FormattableString.Invariant($"{value}"),
                });
            }
        }
    }
}
