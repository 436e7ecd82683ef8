using System.Collections.Concurrent;
using System.Collections.Frozen;
using Google.Protobuf.Reflection;

namespace MetaStore.Server.Gateway.Json;

/// <summary>The fields of one message type by both of their names. Created once per type.</summary>
internal sealed class MessageFields
{
    private static readonly ConcurrentDictionary<MessageDescriptor, MessageFields> Known = [];

    private readonly FrozenDictionary<string, (int Index, bool IsCamelCase)> _byName;

    private MessageFields(MessageDescriptor type)
    {
        // Members of a oneof come last: etcd reports errors in that order.
        InOrder = [.. type.Fields.InDeclarationOrder().OrderBy(field => field.ContainingOneof is not null)];
        var byName = new Dictionary<string, (int, bool)>(StringComparer.Ordinal);
        for (int i = 0; i < InOrder.Count; i++)
        {
            byName[InOrder[i].Name] = (i, false);
            byName[InOrder[i].JsonName] = (i, true);
        }

        _byName = byName.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>In the order in which they are set.</summary>
    public IReadOnlyList<FieldDescriptor> InOrder { get; }

    public static MessageFields Of(MessageDescriptor type) => Known.GetOrAdd(type, static type => new MessageFields(type));

    /// <summary>The position of a field, null when the name is unknown; names are case-sensitive.</summary>
    public int? Find(string name, out bool isCamelCase)
    {
        bool found = _byName.TryGetValue(name, out (int Index, bool IsCamelCase) field);
        isCamelCase = field.IsCamelCase;
        return found ? field.Index : null;
    }
}
