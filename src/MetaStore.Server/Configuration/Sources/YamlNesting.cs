using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MetaStore.Server.Configuration.Sources;

/// <summary>
/// Refuses YAML that is nested without end, before a tree is made of it: YamlDotNet computes hashes of trees by recursion, and a stack that overflows ends the process.
/// </summary>
internal static class YamlNesting
{
    /// <summary>Ten times what a configuration needs.</summary>
    private const int DepthMost = 64;

    /// <summary>Reads all events of a text.</summary>
    /// <exception cref="YamlException">It is not YAML, is nested too deeply, or uses a collection again by an alias, perhaps within itself.</exception>
    public static void Check(string text)
    {
        var parser = new Parser(new StringReader(text));
        var collections = new HashSet<AnchorName>();
        int depth = 0;
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case MappingStart or SequenceStart when depth == DepthMost:
                    throw Fault(parser, $"more than {DepthMost} collections are nested");
                case MappingStart or SequenceStart:
                    depth++;
                    collections.Add(((NodeEvent)parser.Current).Anchor);
                    break;
                case MappingEnd or SequenceEnd:
                    depth--;
                    break;
                case Scalar scalar:
                    collections.Remove(scalar.Anchor);
                    break;
                case AnchorAlias alias when collections.Contains(alias.Value):
                    throw Fault(parser, $"*{alias.Value} is a collection, and only single values can be used again");
                default:
                    break;
            }
        }
    }

    private static YamlException Fault(Parser parser, string what) => new(parser.Current!.Start, parser.Current.End, what);
}
