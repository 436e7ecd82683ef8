namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>A line diff of two texts: "-" is etcd's, "+" the tested server's.</summary>
internal static class LineDiff
{
    internal static string Describe(string expected, string actual)
    {
        var left = expected.Split('\n');
        var right = actual.Split('\n');
        var lines = new List<string>();
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var (one, other) = (left.ElementAtOrDefault(i), right.ElementAtOrDefault(i));
            if (one == other)
            {
                lines.Add($"    {one}");
                continue;
            }

            if (one is not null)
            {
                lines.Add($"  - {one}");
            }

            if (other is not null)
            {
                lines.Add($"  + {other}");
            }
        }

        return string.Join('\n', lines);
    }
}
