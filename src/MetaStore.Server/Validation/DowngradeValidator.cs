using MetaStore.IO.Text;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Server.Validation;

/// <summary>Validates a downgrade request as etcd does: the target must be the release series directly below the cluster's.</summary>
internal static class DowngradeValidator
{
    /// <param name="request">The request as received.</param>
    /// <param name="cluster">Version of the cluster, major.minor.patch.</param>
    public static ServerError Check(DowngradeRequest request, string cluster)
    {
        switch (request.Action)
        {
            case DowngradeRequest.Types.DowngradeAction.Cancel:
                return ServerError.None;
            case DowngradeRequest.Types.DowngradeAction.Validate or DowngradeRequest.Types.DowngradeAction.Enable:
                break;
            default:
                return ServerError.UnknownMethod;
        }

        if (!TryParse(request.Version, out (int Major, int Minor) target))
        {
            return ServerError.WrongDowngradeFormat;
        }

        _ = TryParse(cluster, out (int Major, int Minor) now);
        return target == (now.Major, now.Minor - 1) ? ServerError.None : ServerError.InvalidDowngradeTarget;
    }

    /// <summary>Major and minor of "3.5" or "3.5.1".</summary>
    private static bool TryParse(string text, out (int Major, int Minor) version)
    {
        version = default;
        string[] parts = text.Split('.');
        if (parts.Length is not (2 or 3))
        {
            return false;
        }

        var numbers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!DecimalDigits.TryParse(parts[i], out numbers[i]))
            {
                return false;
            }
        }

        version = (numbers[0], numbers[1]);
        return true;
    }
}
