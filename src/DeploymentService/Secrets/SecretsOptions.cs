using DeploymentService.Settings;

namespace DeploymentService.Secrets;

/// <summary>What is taken for a secret.</summary>
public sealed record SecretsOptions
{
    /// <summary>The names that say so when nothing else is configured.</summary>
    public const string DefaultNames =
        "*password*,*passwd*,*passphrase*,*passcode*,*passkey,pass,dbpass,userpass,adminpass,rootpass,sudopass,becomepass,"
        + "sshpass,sqlpass,mysqlpass,pgpass,ldappass,bindpass,smtppass,mailpass,*pwd*,*pw,*secret*,*token*,"
        + "key,*apikey,*accesskey,*privatekey,*sshkey,*authkey,*signingkey,*encryptionkey,*sharedkey,*masterkey,*accountkey,"
        + "*licensekey,*deploykey,*hostkey,psk,cred,*credential*,private_key,auth,oauth,authorization,bearer,cookie,jwt,otp,sig,*signature,deploy_signal_id";

    private const string NamesSetting = "Secrets:Names";

    /// <summary>
    /// <c>Secrets:Names</c>: the names of values that are secrets, with commas between; see <see cref="SecretNames"/>. With a <c>+</c> in front they are added
    /// to <see cref="DefaultNames"/>, otherwise they replace them.
    /// </summary>
    public required SecretNames Names { get; init; }

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static SecretsOptions Read(SettingsReader settings)
    {
        var text = settings.Text(NamesSetting, DefaultNames);
        if (text.StartsWith('+'))
        {
            text = $"{DefaultNames},{text[1..]}";
        }

        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names.Where(name => !SecretNames.IsEntry(name)))
        {
            settings.AddError(NamesSetting, $"has '{name}'", "use words such as pin or license_code, with a * where other letters may follow or come before");
        }

        return new() { Names = new SecretNames(names.Where(SecretNames.IsEntry)) };
    }
}
