using MetaStore.Protocol.Etcd;
using MetaStore.Crashes.Tests.Model;

namespace MetaStore.Crashes.Tests.Check;

/// <summary>Judges answers that were given before a crash by the history that was found after it.</summary>
internal static class ReadCheck
{
    /// <returns>What is wrong, in words.</returns>
    public static List<string> Run(StoreModel model, IEnumerable<RangeResponse> answers)
    {
        var wrong = new List<string>();
        foreach (var answer in answers.Where(answer => answer.Header.Revision >= model.Compacted))
        {
            var revision = answer.Header.Revision;
            if (revision > model.Revision)
            {
                wrong.Add($"a read was answered at revision {revision}, which is not there: the last is {model.Revision}");
            }
            else if (!model.At(revision).Select(record => record.Pair).SequenceEqual(answer.Kvs))
            {
                wrong.Add($"a read at revision {revision} was answered with other keys or values");
            }
        }

        return wrong;
    }
}
