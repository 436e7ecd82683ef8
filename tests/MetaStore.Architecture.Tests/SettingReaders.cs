using System.Buffers.Binary;
using System.Reflection;

namespace MetaStore.Architecture.Tests;

/// <summary>Finds the settings of an assembly that are read, in its compiled code: a setting used only by its table has no effect.</summary>
/// <param name="assembly">The assembly with the options' types.</param>
/// <param name="configuration">Namespace of the options, their table and their checks: reads in it do not count.</param>
/// <param name="settings">Types with settings other than the classes named Options of that namespace; their own reads do not count either.</param>
internal sealed class SettingReaders(Assembly assembly, string configuration, params Type[] settings)
{
    private const byte Call = 0x28;
    private const byte CallVirtual = 0x6F;
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Settable properties of the options' types that nothing else reads, directly or through a computed property; "Type.Property".</summary>
    public IReadOnlyList<string> Unread()
    {
        Type[] options = settings.Length > 0
            ? settings
            : [.. assembly.GetTypes().Where(type => type.Namespace?.StartsWith(configuration + ".Options", StringComparison.Ordinal) == true && type.Name.EndsWith("Options", StringComparison.Ordinal))];
        var bodies = options.SelectMany(Methods).ToDictionary(method => method.MetadataToken, CallsOf);
        var read = new HashSet<int>();
        var open = new Queue<int>(assembly.GetTypes()
            .Where(type => !settings.Contains(Outermost(type)) && !Outermost(type).Namespace!.StartsWith(configuration, StringComparison.Ordinal))
            .SelectMany(Methods).SelectMany(CallsOf));
        while (open.TryDequeue(out var token))
        {
            if (bodies.TryGetValue(token, out var calls) && read.Add(token))
            {
                foreach (var called in calls)
                {
                    open.Enqueue(called);
                }
            }
        }

        return [.. options.SelectMany(type => type.GetProperties().Where(property => property.CanWrite && !read.Contains(property.GetMethod!.MetadataToken)))
            .Select(property => $"{property.DeclaringType!.Name}.{property.Name}").Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<MethodBase> Methods(Type type) => [.. type.GetMethods(Declared), .. type.GetConstructors(Declared)];

    private static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return string.IsNullOrEmpty(type.Namespace) ? typeof(object) : type;
    }

    /// <summary>Operands of call instructions. A number that looks like one may be among them; it matches a getter only by coincidence.</summary>
    private static HashSet<int> CallsOf(MethodBase method)
    {
        var found = new HashSet<int>();
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at + sizeof(int) < code.Length; at++)
        {
            if (code[at] is Call or CallVirtual)
            {
                found.Add(BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at + 1)));
            }
        }

        return found;
    }
}
