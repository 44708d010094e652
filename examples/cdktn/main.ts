import { App, TerraformOutput, TerraformStack, Token } from "cdktn";
import { Construct } from "constructs";
import { DataDataforseoBacklinksSummary } from "./.gen/providers/dataforseo/data-dataforseo-backlinks-summary";
import { DataforseoProvider } from "./.gen/providers/dataforseo/provider";

// Only these backlinks count.
const filters = [["dofollow", "=", true], "and", ["page_from_rank", ">", 50]];

class BacklinksStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    // Login and password come from DATAFORSEO_LOGIN and DATAFORSEO_PASSWORD.
    new DataforseoProvider(this, "dataforseo");

    const site = new DataDataforseoBacklinksSummary(this, "site", {
      target: "explodingtopics.com",
      // A JSON string: CDK Terrain would make an object of the list, {"0": ...}.
      backlinksFilters: Token.asAnyMap(JSON.stringify(filters)),
      lifecycle: {
        postcondition: [
          {
            // What is not known does not pass.
            condition: "${self.has_data == true && coalesce(self.backlinks_spam_score, 101) <= 30}",
            errorMessage: "The spam score of ${self.target} is above 30, or unknown.",
          },
        ],
      },
    });

    new TerraformOutput(this, "spam_score", { value: site.backlinksSpamScore });
    new TerraformOutput(this, "referring_domains", { value: site.referringDomains });
    new TerraformOutput(this, "cost_usd", { value: site.response.cost });
  }
}

const app = new App();
new BacklinksStack(app, "backlinks");
app.synth();
